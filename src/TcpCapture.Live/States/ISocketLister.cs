namespace TcpCapture.Live.States;

/// <summary>Lists the TCP sockets that there are.</summary>
internal interface ISocketLister
{
    /// <summary>Lists the sockets of the calling thread's network namespace.</summary>
    /// <param name="ports">Ports, of which one of a socket's ends must have one; none: every port.</param>
    /// <returns>Each with its addresses (a listener with no peer), in no order.</returns>
    /// <exception cref="StateSourceException">The system refuses.</exception>
    IReadOnlyList<ListedSocket> List(IReadOnlyList<ushort> ports);
}
