using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>
/// Watches sockets of this host and delivers each change as a <see cref="SocketSample"/>, from one thread and in order of
/// time. A second thread delivers <see cref="SocketOwner"/>s, because finding a process must not delay a sample. A source
/// that traces delivers <see cref="KernelEvent"/>s from a third thread.
/// </summary>
/// <remarks>
/// A source observes the network namespace of the thread that created it. It is started and stopped once. The sink must
/// not call <see cref="SampleNow"/>, <see cref="WaitFor"/> or <see cref="Stop"/> during a delivery.
/// A source that fails in the middle says so in <see cref="Failure"/>. <see cref="Stop"/> and Dispose never throw, may be
/// called twice and from any thread, and leave no thread or descriptor behind.
/// </remarks>
internal interface IStateSource : IDisposable
{
    /// <summary><c>traced</c>, <c>sampled</c> or <c>portable</c>.</summary>
    string Name { get; }

    /// <summary>Why this source was chosen, in one sentence for people.</summary>
    string Reason { get; }

    /// <summary>Why sampling ended early, in one line; null if it did not. A trace has its own: <see cref="TraceStatistics.Failure"/>.</summary>
    string? Failure { get; }

    /// <summary>Counters so far, also after <see cref="Stop"/>.</summary>
    SamplingStatistics Statistics { get; }

    /// <summary>Counters of the kernel trace; null for a source without one.</summary>
    TraceStatistics? Trace { get; }

    /// <summary>Starts sampling. Sockets that are already watched come first.</summary>
    void Start(IObservationSink sink);

    /// <summary>
    /// Samples both ends of a connection from now on, as far as they are on this host. Any thread, at any time. For a
    /// watched connection it costs one hash lookup, so it may be called for every segment. The connection leaves the list
    /// when both ends are gone, or if neither ever appeared.
    /// </summary>
    void Watch(FourTuple connection);

    /// <summary>Samples a listener until the end. The address is the one that clients connect to.</summary>
    void WatchListener(Endpoint listener);

    /// <summary>Delivers every existing socket on these ports as an initial sample, and watches it. Any thread, once started.</summary>
    /// <param name="ports">One end of a socket must have one of these ports; empty: only the sockets that are watched already.</param>
    /// <exception cref="TcpCaptureException">The system does not list its sockets.</exception>
    void Adopt(IReadOnlyList<ushort> ports);

    /// <summary>Waits until the snapshots satisfy a condition, which is checked on the calling thread at once and after every round.</summary>
    /// <returns>False if the time ran out or sampling ended before the condition was true.</returns>
    bool WaitFor(Func<ISocketSnapshots, bool> condition, TimeSpan timeout);

    /// <summary>Returns when one full round that began after the call has ended.</summary>
    /// <returns>False if sampling has ended, see <see cref="Failure"/>.</returns>
    bool SampleNow();

    /// <summary>Ends sampling and answers the last questions about owners. Nothing is delivered afterwards.</summary>
    void Stop();
}

/// <summary>The latest snapshot of each watched socket.</summary>
internal interface ISocketSnapshots
{
    /// <summary>The snapshot of one end; null if it is not watched or has not been sampled yet.</summary>
    SocketSnapshot? Of(FourTuple end);
}
