using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>Asks the system about single sockets. Used by one thread only.</summary>
internal interface ISocketLookup : IDisposable
{
    /// <summary>Called before the looks of a round; a system that only tells everything at once is asked here.</summary>
    void BeginRound();

    /// <summary>
    /// Looks for the socket with this local and remote address, or, if the remote port is 0, for the listening socket
    /// that a connection to the local address would reach.
    /// </summary>
    /// <returns>
    /// False if the system gave no answer. That there is no such socket is an answer: <see cref="SocketSnapshot.Absent"/>.
    /// </returns>
    bool TrySample(in FourTuple end, out SocketReading reading);
}
