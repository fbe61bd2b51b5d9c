using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>Finds the processes that hold sockets, on a thread of its own.</summary>
internal interface ISocketOwnerFinder : IDisposable
{
    /// <summary>Questions without an answer so far.</summary>
    long Unanswered { get; }

    void Start(IObservationSink sink);

    /// <summary>Asks who holds the socket; returns at once.</summary>
    void Ask(in FourTuple end, ulong inode);

    /// <summary>Answers what was asked and ends.</summary>
    void Complete();
}
