using System.Net;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Portable;
using TcpCapture.Live.States.SockDiag;

namespace TcpCapture.Live.Observation;

/// <summary>Chooses the interface that catches a scope's traffic, where nobody has named one.</summary>
internal static class InterfaceChoice
{
    private const string Every = "any";

    /// <summary>
    /// Loopback if every socket on the scope's ports is bound to a loopback address, so that none can be reached from elsewhere; else all
    /// interfaces at once, where the system has such a one.
    /// </summary>
    /// <exception cref="TcpCaptureException">There is nothing to capture on.</exception>
    /// <exception cref="TcpCaptureException">The system does not list its sockets.</exception>
    public static string For(CaptureScope scope)
    {
        if (scope.Ports.Count > 0 && IsAllLoopback(Lister.List(scope.Ports))) return CaptureInterfaces.Loopback;
        return CaptureInterfaces.Find().Any(found => found.Name == Every) ? Every : CaptureInterfaces.Loopback;
    }

    /// <summary>True if there are sockets, and each is a loopback one.</summary>
    internal static bool IsAllLoopback(IReadOnlyList<ListedSocket> sockets) =>
        sockets.Count > 0 && sockets.All(socket => IPAddress.IsLoopback(socket.End.Local.ToIPAddress()));

    private static ISocketLister Lister => OperatingSystem.IsLinux() ? new SockDiagLister() : new PortableLister();
}
