using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>Queries the system for single sockets. Used by one thread only.</summary>
internal interface ISocketLookup : IDisposable
{
    /// <summary>Called before the samples of a round; a system that only lists all sockets is queried here.</summary>
    void BeginRound()
    {
    }

    /// <summary>
    /// Samples the socket with this local and remote address. If the remote port is 0, samples the listener that a connection
    /// to the local address would reach.
    /// </summary>
    /// <returns>False if the system gave no answer. A missing socket is an answer: <see cref="SocketSnapshot.Absent"/>.</returns>
    bool TrySample(in FourTuple end, out SocketReading reading);
}

/// <summary>Lists all TCP sockets of the calling thread's network namespace.</summary>
internal interface ISocketLister
{
    /// <summary>Lists the sockets with one of these ports at either end, in no particular order; without ports, all sockets.</summary>
    /// <exception cref="TcpCaptureException">The system refuses.</exception>
    IReadOnlyList<ListedSocket> List(IReadOnlyList<ushort> ports);
}

/// <summary>A socket found by listing; a listener has no peer.</summary>
internal readonly record struct ListedSocket(FourTuple End, SocketReading Reading)
{
    /// <summary>The sample that reports a socket which existed before the recording began.</summary>
    public SocketSample ToInitialSample() => Reading.ToSample(End, Reading.Begin) with { IsInitial = true };
}

/// <summary>Finds the processes that hold sockets, on a thread of its own.</summary>
internal interface ISocketOwnerFinder : IDisposable
{
    /// <summary>Questions without an answer so far.</summary>
    long Unanswered { get; }

    void Start(IObservationSink sink);

    /// <summary>Asks which process holds the socket; returns at once.</summary>
    void Ask(in FourTuple end, ulong inode);

    /// <summary>Answers all open questions and ends.</summary>
    void Complete();
}

/// <summary>Tells a sampling thread when to begin a round.</summary>
internal interface IPacer : IDisposable
{
    TimeSpan Interval { get; }

    /// <summary>Waits for the next beat or <see cref="Wake"/>, or only for the latter; true if the beat ended the wait.</summary>
    bool Wait(bool untilWoken);

    /// <summary>Ends the current or the next <see cref="Wait"/>. Any thread.</summary>
    void Wake();
}
