using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TcpCapture.LiveTests.Cli;

/// <summary>Ports that nobody uses: below those the kernel gives to clients, and another one for each run.</summary>
internal static class Ports
{
    private static int s_last = 22_000;

    public static string Next()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref s_last);
            Assert.InRange(port, 22_001, 31_999);
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
