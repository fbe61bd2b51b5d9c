using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>The views as the last looks left them.</summary>
internal interface ISocketViews
{
    /// <summary>The view of one end; null if it is not watched (any more) or has not been looked at yet.</summary>
    SocketView? Of(FourTuple end);

    /// <summary>The view of a listening socket, by the address given to <see cref="IStateSource.WatchListener"/>.</summary>
    SocketView? OfListener(Endpoint listener);
}
