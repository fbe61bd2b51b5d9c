using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>
/// Watches sockets of this host and delivers each change of a view as a <see cref="SocketSample"/>, from one thread of
/// its own and in the order of time. <see cref="SocketOwner"/>s come from a second thread, so that finding a process
/// never delays a look. A source that traces delivers <see cref="KernelEvent"/>s from a third one.
/// </summary>
/// <remarks>
/// A source sees the network namespace of the thread that made it. It is started once and stopped once; the sink must
/// not call <see cref="SampleNow"/>, <see cref="WaitFor"/> or <see cref="Stop"/> from inside a delivery.
/// </remarks>
internal interface IStateSource : IDisposable
{
    /// <summary><c>traced</c>, <c>sampled</c> or <c>portable</c>.</summary>
    string Name { get; }

    /// <summary>Why it is this source, one sentence for people.</summary>
    string Reason { get; }

    /// <summary>What was done so far; may be asked at any time, also after <see cref="Stop"/>.</summary>
    SamplingStatistics Statistics { get; }

    /// <summary>What the kernel's trace did so far, for a source that has one; may be asked at any time.</summary>
    TraceStatistics? Trace { get; }

    /// <summary>Begins to look. What was watched before is looked at first.</summary>
    void Start(IObservationSink sink);

    /// <summary>
    /// Looks at both ends of a connection from now on, whichever of them are on this host. Any thread, any time; a
    /// connection watched already costs one hash look-up, so it may be called for every segment. The connection leaves
    /// the list by itself when both ends are gone, or if neither ever showed up.
    /// </summary>
    void Watch(FourTuple connection);

    /// <summary>Looks at a listening socket, by the address that peers connect to, until the end.</summary>
    void WatchListener(Endpoint listener);

    /// <summary>
    /// Delivers every socket that there is now on these ports as what stood there when the recording began, and watches it. Without
    /// a port: those that are watched already. Any thread, once started.
    /// </summary>
    /// <param name="ports">Ports, of which one of a socket's ends must have one; none: what is watched.</param>
    /// <exception cref="TcpCaptureException">The system does not list its sockets.</exception>
    void Adopt(IReadOnlyList<ushort> ports);

    /// <summary>
    /// Waits until the views satisfy the condition, which is asked on the calling thread, at once and after every round.
    /// </summary>
    /// <returns>False if the time ran out, or the source was stopped, before the condition held.</returns>
    bool WaitFor(Func<ISocketSnapshots, bool> condition, TimeSpan timeout);

    /// <summary>Returns when one full round that began after the call has ended.</summary>
    void SampleNow();

    /// <summary>Ends the looks and answers the last questions about owners. Nothing is delivered afterwards.</summary>
    /// <exception cref="TcpCaptureException">The looks had ended early by themselves.</exception>
    void Stop();
}
