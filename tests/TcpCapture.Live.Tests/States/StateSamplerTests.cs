using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States;

public sealed class StateSamplerTests : IDisposable
{
    private static readonly Endpoint Client = Parse("10.0.0.1:4711");
    private static readonly Endpoint Server = Parse("10.0.0.2:80");
    private static readonly FourTuple Connection = new(Client, Server);
    private static readonly SocketSnapshot Established =
        new() { State = TcpState.Established, Kind = SocketKind.Full, Inode = 7, Cookie = 9 };

    private readonly ScriptedLookup _lookup = new();
    private readonly SampleSink _sink = new();
    private readonly StateSampler _sampler;

    public StateSamplerTests() => _sampler = new StateSampler("scripted", "a test", _lookup, new WokenPacer(), capacity: 3);

    public void Dispose() => _sampler.Dispose();

    [Fact]
    public void AChangeHappensBetweenTheLastSampleBeforeAndTheFirstSampleAfter()
    {
        var listener = StartWithListener();
        _sampler.SampleNow();
        _lookup.Sockets[listener] = new SocketSnapshot { State = TcpState.Listen, Kind = SocketKind.Listener, SendQueue = 5 };
        var before = _lookup.Asked.Count;
        _sampler.SampleNow();

        var sample = _sink.Samples.Last();
        Assert.Equal((TcpState.Closed, TcpState.Listen), (sample.Previous, sample.State));
        Assert.Equal(new Timestamp(before * 10), sample.NotBefore);
        Assert.Equal(new Timestamp((before + 1) * 10 + 5), sample.NotAfter);
        Assert.Equal(5u, sample.SendQueue);
        Assert.True(sample.IsListener);
    }

    [Fact]
    public void AMissingListenerIsDeliveredOnce()
    {
        StartWithListener();
        for (var i = 0; i < 5; i++) _sampler.SampleNow();

        var sample = Assert.Single(_sink.Samples);
        Assert.Null(sample.Previous);
        Assert.Equal((TcpState.Closed, SocketKind.Absent), (sample.State, sample.Kind));
        Assert.Equal(new Timestamp(10), sample.NotBefore);
    }

    [Fact]
    public void AnEndOnAnotherHostIsNotDelivered()
    {
        _lookup.Sockets[Connection] = Established;
        Start();
        _sampler.Watch(Connection);
        _sampler.SampleNow();

        var sample = Assert.Single(_sink.Samples);
        Assert.Equal((Client, Server), (sample.Local, sample.Remote));
        Assert.Null(sample.Previous);
        Assert.Contains(Connection.Reverse(), _lookup.Asked);
    }

    [Fact]
    public void ADisappearingSocketIsDelivered()
    {
        _lookup.Sockets[Connection] = Established;
        Start();
        _sampler.Watch(Connection);
        _sampler.SampleNow();
        Assert.True(_lookup.Sockets.TryRemove(Connection, out _));
        _sampler.SampleNow();

        Assert.Equal([TcpState.Established, TcpState.Closed], _sink.Samples.Select(sample => sample.State));
        Assert.Equal(TcpState.Established, _sink.Samples.Last().Previous);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void EveryChangedFieldIsAChange(string what, object changed)
    {
        _lookup.Sockets[Connection] = Established;
        Start();
        _sampler.Watch(Connection);
        _sampler.SampleNow();
        _lookup.Sockets[Connection] = (SocketSnapshot)changed;
        _sampler.SampleNow();
        _sampler.SampleNow();
        Assert.True(_sink.Samples.Count == 2, what);
    }

    public static TheoryData<string, object> Changes() => new()
    {
        { "state", Established with { State = TcpState.CloseWait } },
        { "kind", Established with { Kind = SocketKind.TimeWait } },
        { "timer", Established with { Timer = SocketTimer.Probe } },
        { "retransmits", Established with { Retransmits = 1 } },
        { "receive queue", Established with { ReceiveQueue = 1 } },
        { "send queue", Established with { SendQueue = 1 } },
        { "inode", Established with { Inode = 8 } },
        { "cookie", Established with { Cookie = 10 } },
    };

    [Fact]
    public void TheTimeLeftOnATimerIsNoChange()
    {
        _lookup.Sockets[Connection] = Established with { Timer = SocketTimer.KeepAlive, TimerMilliseconds = 9 };
        Start();
        _sampler.Watch(Connection);
        _sampler.SampleNow();
        _lookup.Sockets[Connection] = Established with { Timer = SocketTimer.KeepAlive, TimerMilliseconds = 8 };
        _sampler.SampleNow();
        Assert.Equal(9u, Assert.Single(_sink.Samples).TimerMilliseconds);
    }

    [Fact]
    public void AFailedSampleIsNoEvidence()
    {
        _lookup.Sockets[Connection] = Established;
        Start();
        _sampler.Watch(Connection);
        _sampler.SampleNow();
        _lookup.Sockets.Clear();
        _lookup.Fails = true;
        _sampler.SampleNow();
        Assert.Single(_sink.Samples);
        Assert.Equal(2, _sampler.Statistics.FailedSamples);

        _lookup.Fails = false;
        _sampler.SampleNow();
        var gone = _sink.Samples.Last();
        // The failed samples in between widen the bounds.
        Assert.True(gone.NotAfter - gone.NotBefore > 40);
    }

    [Fact]
    public void BothDirectionsAreOneConnection()
    {
        Start();
        _sampler.Watch(Connection);
        _sampler.Watch(Connection.Reverse());
        _sampler.Watch(Connection);
        _sampler.SampleNow();
        var before = _lookup.Asked.Count;
        _sampler.SampleNow();
        Assert.Equal(2, _lookup.Asked.Count - before);
    }

    [Fact]
    public void AVanishedConnectionLeavesTheListAndCanReturn()
    {
        _lookup.Sockets[Connection] = Established;
        Start();
        _sampler.Watch(Connection);
        _sampler.SampleNow();
        _lookup.Sockets.Clear();
        for (var i = 0; i < WatchList.RoundsAfterDisappearance; i++) _sampler.SampleNow();
        var before = _lookup.Asked.Count;
        _sampler.SampleNow();
        Assert.Equal(before, _lookup.Asked.Count);

        _lookup.Sockets[Connection] = Established;
        _sampler.Watch(Connection);
        _sampler.SampleNow();
        Assert.Equal(TcpState.Established, _sink.Samples.Last().State);
        Assert.Equal(3, _sink.Samples.Count);
    }

    [Fact]
    public void AFullListRefusesConnectionsAndCountsThem()
    {
        Start();
        for (ushort port = 1; port <= 5; port++) _sampler.Watch(new FourTuple(Client.WithPort(port), Server));
        _sampler.SampleNow();
        Assert.Equal(2, _sampler.Statistics.RefusedConnections);
        Assert.Equal(6, _lookup.Asked.Distinct().Count());
    }

    [Fact]
    public async Task WaitForReturnsWhenTheConditionIsTrue()
    {
        Start();
        _sampler.Watch(Connection);
        _sampler.SampleNow();
        Assert.False(_sampler.WaitFor(snapshots => snapshots.Of(Connection) is { IsPresent: true }, TimeSpan.Zero));
        _lookup.Sockets[Connection] = Established;
        var waiting = Task.Run(() =>
            _sampler.WaitFor(snapshots => snapshots.Of(Connection) is { State: TcpState.Established }, TimeSpan.FromSeconds(10)));
        _sampler.SampleNow();
        Assert.True(await waiting);
    }

    [Fact]
    public async Task StoppingEndsEveryWait()
    {
        Start();
        using var isWaiting = new ManualResetEventSlim();
        var waiting = Task.Run(() => _sampler.WaitFor(
            _ =>
            {
                isWaiting.Set();
                return false;
            },
            TimeSpan.FromMinutes(1)));
        isWaiting.Wait();
        _sampler.Stop();
        Assert.False(await waiting);
        _sampler.SampleNow();
        _sampler.Dispose();
        _sampler.Watch(Connection);
    }

    [Fact]
    public void AFailureInTheMiddleIsReportedAndNeverThrown()
    {
        _lookup.Throws = new IOException("the kernel is gone");
        Start();
        Assert.False(_sampler.SampleNow());
        Assert.Contains("the kernel is gone", _sampler.Failure);
        _sampler.Stop();
        _sampler.Dispose();
        Assert.False(_sampler.WaitFor(_ => false, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void AFailureOfTheSinkIsReportedAndNeverThrown()
    {
        _sampler.WatchListener(Server);
        _sampler.Start(new FailingSink());
        Assert.False(_sampler.SampleNow());
        Assert.Contains("the disk is full", _sampler.Failure);
        _sampler.Stop();
    }

    [Fact]
    public void ASourceThatDidNotFailHasNoFailure()
    {
        Start();
        Assert.True(_sampler.SampleNow());
        _sampler.Stop();
        Assert.False(_sampler.SampleNow());
        Assert.Null(_sampler.Failure);
    }

    [Fact]
    public async Task StoppingAndDisposingTwiceAndFromManyThreadsSucceeds()
    {
        Start();
        var calls = Enumerable.Range(0, 16).Select(i => Task.Run(i % 2 == 0 ? _sampler.Stop : _sampler.Dispose));
        await Task.WhenAll(calls);
        _sampler.Stop();
        _sampler.Dispose();
        Assert.Null(_sampler.Failure);
    }

    [Fact]
    public void DisposingASamplerThatWasNotStartedDisposesItsParts()
    {
        var lookup = new FailingParts();
        new StateSampler("unstarted", "a test", lookup, lookup, lookup).Dispose();
        Assert.Equal(["pacer", "lookup", "owners"], lookup.Disposed);
    }

    [Fact]
    public void EveryPartIsDisposedEvenIfAllFail()
    {
        var parts = new FailingParts();
        using var sampler = new StateSampler("failing", "a test", parts, parts, parts);
        sampler.Start(_sink);
        sampler.Stop();
        sampler.Dispose();
        sampler.Dispose();
        Assert.Equal(["completed", "pacer", "lookup", "owners"], parts.Disposed);
        Assert.NotNull(sampler.Failure);
    }

    private static Endpoint Parse(string text) => Endpoint.TryParse(text, out var endpoint) ? endpoint : throw new FormatException(text);

    private void Start() => _sampler.Start(_sink);

    private FourTuple StartWithListener()
    {
        _sampler.WatchListener(Server);
        Start();
        _sampler.SampleNow();
        return WatchedSocket.ForListener(Server);
    }

    private sealed class FailingSink : IObservationSink
    {
        public void OnFrame(in Frame frame) => throw new IOException("the disk is full");

        public void OnCall(SocketCall call) => throw new IOException("the disk is full");

        public void OnSample(SocketSample sample) => throw new IOException("the disk is full");

        public void OnOwner(SocketOwner owner) => throw new IOException("the disk is full");

        public void OnTrace(KernelEvent trace) => throw new IOException("the disk is full");
    }

    /// <summary>A pacer, a lookup and an owner finder that fail when they are stopped.</summary>
    private sealed class FailingParts : IPacer, ISocketLookup, ISocketOwnerFinder
    {
        private readonly SemaphoreSlim _woken = new(0);

        public List<string> Disposed { get; } = [];

        public TimeSpan Interval => TimeSpan.FromMilliseconds(1);

        public long Unanswered => 0;

        public bool Wait(bool untilWoken)
        {
            _woken.Wait();
            return true;
        }

        public void Wake()
        {
            _woken.Release();
            throw new IOException("cannot wake");
        }

        public void BeginRound()
        {
        }

        public bool TrySample(in FourTuple end, out SocketReading reading)
        {
            reading = default;
            return true;
        }

        public void Start(IObservationSink sink)
        {
        }

        public void Ask(in FourTuple end, ulong inode)
        {
        }

        public void Complete() => Fail("completed");

        void IDisposable.Dispose() => Fail(Disposed.LastOrDefault() switch
        {
            null or "completed" => "pacer",
            "pacer" => "lookup",
            _ => "owners",
        });

        private void Fail(string step)
        {
            Disposed.Add(step);
            throw new IOException($"cannot end: {step}");
        }
    }
}
