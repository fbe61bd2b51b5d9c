using System.Net;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Portable;
using TcpCapture.Live.States.SockDiag;

namespace TcpCapture.Live.Observation;

/// <summary>Chooses the interface of a recording if none was named.</summary>
internal static class InterfaceChoice
{
    private const string Every = "any";

    /// <summary>Returns loopback if every socket on the ports is bound to a loopback address; else "any", if it exists.</summary>
    public static string For(CaptureScope scope)
    {
        if (scope.Ports.Count > 0 && IsAllLoopback(Lister.List(scope.Ports))) return CaptureInterface.Loopback;
        return CaptureInterface.Find().Any(found => found.Name == Every) ? Every : CaptureInterface.Loopback;
    }

    internal static bool IsAllLoopback(IReadOnlyList<ListedSocket> sockets) =>
        sockets.Count > 0 && sockets.All(socket => IPAddress.IsLoopback(socket.End.Local.ToIPAddress()));

    private static ISocketLister Lister => OperatingSystem.IsLinux() ? new SockDiagLister() : new PortableLister();
}
