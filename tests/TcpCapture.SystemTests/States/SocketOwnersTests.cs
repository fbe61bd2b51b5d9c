using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using TcpCapture.Live;
using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States;

[SupportedOSPlatform("linux")]
public sealed class SocketOwnersTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LiveSink _sink = new();
    private readonly IStateSource _source;

    public SocketOwnersTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "finding owners needs Linux (/proc)");
        _source = StateSources.Choose(StateSourceChoice.Sampled);
        _source.Start(_sink);
    }

    public void Dispose() => _source.Dispose();

    [Fact]
    public void ThisProcessIsFoundForAListenerAndBothEnds()
    {
        using var pair = new LoopbackPair(IPAddress.Loopback, IPAddress.Loopback);
        _source.WatchListener(pair.ServerAddress);
        _source.Watch(pair.ClientEnd);
        pair.Connect();
        pair.Accept();
        foreach (var end in new[] { pair.ListenerEnd, pair.ClientEnd, pair.ServerEnd })
        {
            _source.WaitFor(snapshots => snapshots.Of(end) is { Inode: not 0 }, Patience);
        }

        _source.Stop();
        var found = _sink.Owners.ToDictionary(owner => new FourTuple(owner.Local, owner.Remote));
        Assert.Equal(3, found.Count);
        Assert.All([pair.ListenerEnd, pair.ClientEnd, pair.ServerEnd], end => Assert.Equal(Environment.ProcessId, found[end].ProcessId));
        var name = File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        Assert.All(found.Values, owner => Assert.Equal(name, owner.ProcessName));
        Assert.Equal(0, _source.Statistics.UnansweredOwners);
    }

    [Fact]
    public void AChildProcessIsFoundByNumberAndName()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "the child that connects is bash, which is not installed");
        using var pair = new LoopbackPair(IPAddress.Loopback, IPAddress.Loopback);
        using var child = Process.Start(new ProcessStartInfo(
            "/bin/bash", ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{pair.ServerAddress.Port}; read -r line <&3"]))!;
        var accepted = pair.Accept();
        var childEnd = new FourTuple(Endpoint.From((IPEndPoint)accepted.RemoteEndPoint!), pair.ServerAddress);
        _source.Watch(childEnd);
        while (_sink.Owners.TryTake(out var owner, Patience))
        {
            if (owner.Local != childEnd.Local) continue;
            Assert.Equal((child.Id, "bash"), (owner.ProcessId, owner.ProcessName));
            accepted.Close();
            child.WaitForExit();
            return;
        }

        child.Kill();
        Assert.Fail("The owner of the child's socket was not found.");
    }
}
