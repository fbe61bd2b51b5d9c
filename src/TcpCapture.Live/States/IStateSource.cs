using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>Watches sockets of this host and delivers each change as a <see cref="SocketSample"/>.</summary>
/// <remarks>
/// One thread delivers samples in order of time. A second thread delivers <see cref="SocketOwner"/>s, because finding a process
/// must not delay a sample. A source that traces delivers <see cref="KernelEvent"/>s from a third thread.
/// A source observes the network namespace of the thread that created it. It is started and stopped once. The sink must
/// not call <see cref="SampleNow"/>, <see cref="WaitFor"/> or <see cref="Stop"/> during a delivery.
/// If a source fails, <see cref="Failure"/> has the reason. <see cref="Stop"/> and Dispose never throw, can be
/// called twice and from any thread, and leave no thread or descriptor behind.
/// </remarks>
internal interface IStateSource : IDisposable
{
    /// <summary><c>traced</c>, <c>sampled</c> or <c>portable</c>.</summary>
    string Name { get; }

    /// <summary>Why this source was chosen, in one sentence.</summary>
    string Reason { get; }

    /// <summary>Why sampling ended early, in one line; null if it did not. For a trace see <see cref="TraceStatistics.Failure"/>.</summary>
    string? Failure { get; }

    /// <summary>Counters so far, also after <see cref="Stop"/>.</summary>
    SamplingStatistics Statistics { get; }

    /// <summary>Counters of the kernel trace; null for a source without one.</summary>
    TraceStatistics? Trace { get; }

    /// <summary>Starts sampling, with the sockets that are already watched.</summary>
    void Start(IObservationSink sink);

    /// <summary>
    /// Samples the ends of a connection that are on this host, until both are gone or if neither ever appeared. Any thread.
    /// Costs one hash lookup for a watched connection, so it can be called for every segment.
    /// </summary>
    void Watch(FourTuple connection);

    /// <summary>Samples a listener until the source stops. The address is the one that clients connect to.</summary>
    void WatchListener(Endpoint listener);

    /// <summary>Delivers every existing socket on these ports as an initial sample, and watches it. Any thread, once started.</summary>
    /// <param name="ports">One end of a socket must have one of these ports; empty: only the sockets that are watched already.</param>
    /// <exception cref="TcpCaptureException">The system does not list its sockets.</exception>
    void Adopt(IReadOnlyList<ushort> ports);

    /// <summary>Waits until the snapshots satisfy a condition. The calling thread checks it at once and after every round.</summary>
    /// <returns>False if the time ran out or sampling ended before the condition was true.</returns>
    bool WaitFor(Func<ISocketSnapshots, bool> condition, TimeSpan timeout);

    /// <summary>Waits for the end of a full round that began after the call; false if sampling ended, see <see cref="Failure"/>.</summary>
    bool SampleNow();

    /// <summary>Ends sampling and delivers the last owners. Nothing is delivered afterwards.</summary>
    void Stop();
}

/// <summary>The latest snapshot of each watched socket.</summary>
internal interface ISocketSnapshots
{
    /// <summary>The snapshot of one end; null if it is not watched or has not been sampled yet.</summary>
    SocketSnapshot? Of(FourTuple end);
}

/// <summary>Counters of a sampling source, including everything that limits what its samples prove.</summary>
/// <param name="Interval">The intended time between two rounds.</param>
/// <param name="Rounds">Full rounds over all watched sockets.</param>
/// <param name="Samples">Samples of single sockets, in rounds or of newly watched sockets.</param>
/// <param name="FailedSamples">Samples that the system refused: no evidence either way.</param>
/// <param name="RefusedConnections">Connections not watched because the watch list was full.</param>
/// <param name="LongestGapNanoseconds">Longest time between the starts of two consecutive rounds with something to watch.</param>
/// <param name="CpuNanoseconds">CPU time of the sampling thread; null where the system has none.</param>
/// <param name="UnansweredOwners">Sockets whose owner was not found, or not searched for because the queue was full.</param>
internal readonly record struct SamplingStatistics(
    TimeSpan Interval, long Rounds, long Samples, long FailedSamples, long RefusedConnections, long LongestGapNanoseconds,
    long? CpuNanoseconds, long UnansweredOwners);
