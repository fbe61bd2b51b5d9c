using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// Unused ports below the ephemeral range, a new one for each run. Tests of several checkouts begin at different ports,
/// because a port is free to all of them until one listens.
/// </summary>
internal static class Ports
{
    private const int First = 22_000;
    private const int Count = 10_000;

    private static int s_last = Environment.ProcessId * 97;

    public static string Next()
    {
        // TIME_WAIT sockets of an earlier run do not prevent a bind, but ss would show them.
        var connections = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections();
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref s_last) % Count);
            if (connections.Any(connection => connection.LocalEndPoint.Port == port || connection.RemoteEndPoint.Port == port)) continue;
            if (IsFree(IPAddress.Any, port) && IsFree(IPAddress.IPv6Any, port)) return port.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static bool IsFree(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
