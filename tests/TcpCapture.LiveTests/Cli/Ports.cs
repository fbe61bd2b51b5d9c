using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TcpCapture.LiveTests.Cli;

/// <summary>Ports that nobody uses: below those the kernel gives to clients, and another one for each run.</summary>
internal static class Ports
{
    private static int s_last = 22_000;

    public static string Next()
    {
        // TIME_WAIT sockets of an earlier run hinder no bind, but ss would show them.
        var connections = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections();
        while (true)
        {
            var port = Interlocked.Increment(ref s_last);
            Assert.InRange(port, 22_001, 31_999);
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
