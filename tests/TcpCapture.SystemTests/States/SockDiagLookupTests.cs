using System.Net;
using System.Runtime.Versioning;
using TcpCapture.Live.States;
using TcpCapture.Live.States.SockDiag;
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
            Assert.True(lookup.TrySample(WatchedSocket.ForListener(pair.ServerAddress.WithPort(1)), out reading) && !reading.Snapshot.IsPresent);
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
}
