using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TcpCapture.Live;
using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States;

/// <summary>Compares the sampled source with ss on real loopback sockets.</summary>
[SupportedOSPlatform("linux")]
public sealed class SampledStatesTests : IDisposable
{
    private const int TcpDeferAccept = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LiveSink _sink = new();
    private readonly IStateSource _source;

    public SampledStatesTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sock_diag needs Linux");
        Assert.SkipUnless(SsTool.IsInstalled, "the oracle ss (package iproute2) is not installed");
        _source = StateSources.Choose(StateSourceChoice.Sampled);
        _source.Start(_sink);
    }

    public static TheoryData<string, string, bool> Families => new()
    {
        { "127.0.0.1", "127.0.0.1", false },
        { "0.0.0.0", "127.0.0.1", false },
        { "::1", "::1", false },
        { "::", "::1", false },
        { "::", "127.0.0.1", true },
    };

    public void Dispose() => _source.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void AListenerIsObservedWithItsAcceptQueue(string bind, string connect, bool dualMode)
    {
        using var pair = Pair(bind, connect, dualMode);
        _source.WatchListener(pair.ServerAddress);
        pair.Connect();
        Await(pair.ListenerEnd, view => view is { State: TcpState.Listen, ReceiveQueue: 1, SendQueue: 5 });
        AssertAsSs(pair.ListenerEnd, "LISTEN");
        pair.Accept();
        Await(pair.ListenerEnd, view => view.ReceiveQueue == 0);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void AConnectionIsObservedFromBothEndsUntilTimeWait(string bind, string connect, bool dualMode)
    {
        using var pair = Pair(bind, connect, dualMode);
        _source.Watch(pair.ClientEnd);
        pair.Connect();
        Await(pair.ServerEnd, view => view is { State: TcpState.Established, Inode: 0 });
        var server = pair.Accept();
        Await(pair.ServerEnd, view => view is { State: TcpState.Established, Inode: not 0 });
        AssertAsSs(pair.ClientEnd, "ESTAB");
        AssertAsSs(pair.ServerEnd, "ESTAB");

        pair.Client.Send("ten bytes!"u8);
        Await(pair.ServerEnd, view => view.ReceiveQueue == 10);
        AssertAsSs(pair.ServerEnd, "ESTAB");
        server.Receive(new byte[10]);
        Await(pair.ServerEnd, view => view.ReceiveQueue == 0);

        pair.Client.Close();
        Await(pair.ServerEnd, view => view.State == TcpState.CloseWait);
        Await(pair.ClientEnd, view => view is { State: TcpState.FinWait2, Kind: SocketKind.TimeWait, Timer: SocketTimer.TimeWait });
        AssertAsSs(pair.ServerEnd, "CLOSE-WAIT");
        AssertAsSs(pair.ClientEnd, "FIN-WAIT-2");

        server.Close();
        Await(pair.ClientEnd, view => view is { State: TcpState.TimeWait, TimerMilliseconds: > 50_000 and <= 60_000 });
        AssertAsSs(pair.ClientEnd, "TIME-WAIT");
        Await(pair.ServerEnd, view => !view.IsPresent);
        Assert.Null(SsTool.Find(pair.ServerEnd));

        _source.Stop();
        Assert.Equal(TcpState.Closed, _sink.StatesOf(pair.ServerEnd).Last());
        Assert.Equal(TcpState.TimeWait, _sink.StatesOf(pair.ClientEnd).Last());
        Assert.All(_sink.Samples, sample => Assert.True(sample.NotBefore < sample.NotAfter));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void ARequestSocketIsObservedBeforeTheLastAckOfTheHandshake(string bind, string connect, bool dualMode)
    {
        using var pair = Pair(bind, connect, dualMode);
        // The kernel ignores the bare ACK and keeps the request socket until data arrives.
        pair.Listener.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpDeferAccept, BitConverter.GetBytes(10));
        _source.Watch(pair.ClientEnd);
        pair.Connect();
        Await(pair.ServerEnd, view => view is { State: TcpState.SynRecv, Kind: SocketKind.Request, Inode: 0, UserId: null });
        AssertAsSs(pair.ServerEnd, "SYN-RECV");
        pair.Client.Send("x"u8);
        Await(pair.ServerEnd, view => view.State == TcpState.Established);
    }

    [Fact]
    public void AClosedListenerIsObservedAsAbsent()
    {
        using var pair = Pair("127.0.0.1", "127.0.0.1", false);
        _source.WatchListener(pair.ServerAddress);
        Await(pair.ListenerEnd, view => view.State == TcpState.Listen);
        pair.Listener.Close();
        Await(pair.ListenerEnd, view => !view.IsPresent);
        Assert.Equal([TcpState.Listen, TcpState.Closed], _sink.StatesOf(pair.ListenerEnd));
    }

    [Fact]
    public void SampleNowObservesEarlierChanges()
    {
        using var pair = Pair("127.0.0.1", "127.0.0.1", false);
        _source.Watch(pair.ClientEnd);
        pair.Connect();
        _source.SampleNow();
        Assert.Equal(TcpState.Established, _sink.StatesOf(pair.ClientEnd).Last());
        Assert.Equal(TcpState.Established, _sink.StatesOf(pair.ServerEnd).Last());
    }

    private static LoopbackPair Pair(string bind, string connect, bool dualMode) =>
        new(IPAddress.Parse(bind), IPAddress.Parse(connect), dualMode: dualMode);

    private void Await(FourTuple end, Func<SocketSnapshot, bool> condition)
    {
        var isSeen = _source.WaitFor(snapshots => snapshots.Of(end) is { } view && condition(view), Patience);
        Assert.True(isSeen, $"{end} went through: {string.Join(", ", _sink.StatesOf(end))}");
    }

    private void AssertAsSs(FourTuple end, string state)
    {
        var ss = SsTool.Find(end);
        Assert.NotNull(ss);
        _source.SampleNow();
        SocketSnapshot? seen = null;
        _source.WaitFor(snapshots => (seen = snapshots.Of(end)) is not null, Patience);
        var view = seen!.Value;
        Assert.Equal(state, ss.State);
        Assert.Equal((ss.ReceiveQueue, ss.SendQueue, ss.Inode, ss.Cookie), (view.ReceiveQueue, view.SendQueue, view.Inode, view.Cookie));
        var timer = view.Timer switch
        {
            SocketTimer.Retransmit => "on",
            SocketTimer.KeepAlive => "keepalive",
            SocketTimer.TimeWait => "timewait",
            SocketTimer.Probe => "persist",
            _ => null,
        };
        Assert.Equal(ss.Timer, timer);
    }
}
