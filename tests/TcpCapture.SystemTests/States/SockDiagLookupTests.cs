using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TcpCapture.Live.States;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Model;
using TcpCapture.Tests;

namespace TcpCapture.SystemTests.States;

[SupportedOSPlatform("linux")]
public class SockDiagLookupTests
{
    [Fact]
    public void ASampleAllocatesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sock_diag needs Linux");
        using var pair = new LoopbackPair(IPAddress.Loopback, IPAddress.Loopback);
        pair.Connect();
        pair.Accept();
        using var lookup = new SockDiagLookup();
        Assert.True(lookup.TrySample(pair.ClientEnd, out _));
        Allocation.AssertNoneIn(10_000, () =>
        {
            Assert.True(lookup.TrySample(pair.ClientEnd, out var reading) && reading.Snapshot.IsPresent);
            var absent = WatchedSocket.ForListener(pair.ServerAddress.WithPort(1));
            Assert.True(lookup.TrySample(absent, out reading) && !reading.Snapshot.IsPresent);
        });
    }

    [Fact]
    public void AKernelThatCannotAnswerIsNotAKernelWithoutSockets()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sock_diag needs Linux");
        using var lookup = new SockDiagLookup();
        lookup.Ask();
        const byte unassignedProtocol = 200;
        Assert.Throws<StateSourceException>(() => lookup.Ask(unassignedProtocol));
    }

    [Fact]
    public void ListenersThatShareAnAddressAreListedOneByOne()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sock_diag needs Linux");
        using var first = ListenShared(0);
        var port = ((IPEndPoint)first.LocalEndPoint!).Port;
        using var second = ListenShared(port);
        var listeners = SockDiagLister.Listeners().Where(listener => listener.Local.Port == port).ToArray();
        Assert.All(listeners, listener => Assert.Equal(Endpoint.From(IPAddress.Loopback, port), listener.Local));
        Assert.Equal(2, listeners.Select(listener => listener.Inode).Distinct().Count());
    }

    private static Socket ListenShared(int port)
    {
        const int socketLevel = 1; // SOL_SOCKET
        const int reusePort = 15; // SO_REUSEPORT
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(socketLevel, reusePort, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }
}
