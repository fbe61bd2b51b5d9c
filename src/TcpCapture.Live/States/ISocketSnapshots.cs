using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>The views as the last looks left them.</summary>
internal interface ISocketSnapshots
{
    /// <summary>The view of one end; null if it is not watched (any more) or has not been looked at yet.</summary>
    SocketSnapshot? Of(FourTuple end);
}
