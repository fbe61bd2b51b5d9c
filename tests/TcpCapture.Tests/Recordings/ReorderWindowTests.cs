using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Tests.Recordings;

public class ReorderWindowTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMicroseconds(1); // 1000 ns, so that tests can count

    [Fact]
    public void SourcesAreJoinedInOrderOfTime() => Assert.Equal(
        ["call 1 begins", "frame 2", "sample 3", "owner 4"],
        Reorder(window =>
        {
            window.OnOwner(Owner(4));
            window.OnSample(Sample(3));
            window.OnFrame(Frame(2));
            window.OnCall(Begin(1, 1));
        }));

    [Fact]
    public void AtOneTimeCallsComeFirstThenFramesSamplesAndOwners() => Assert.Equal(
        ["call 1 begins", "call 2 begins", "frame 5", "sample 5", "owner 5"],
        Reorder(window =>
        {
            window.OnOwner(Owner(5));
            window.OnSample(Sample(5));
            window.OnCall(Begin(2, 5));
            window.OnFrame(Frame(5));
            window.OnCall(Begin(1, 5));
        }));

    [Fact]
    public void FramesNeverOvertakeEachOtherAndKeepTheirOwnTimes() => Assert.Equal(
        ["frame 1", "frame 9", "frame 4", "owner 9", "frame 10"],
        Reorder(window =>
        {
            window.OnOwner(Owner(9));
            window.OnFrame(Frame(1));
            window.OnFrame(Frame(9));
            window.OnFrame(Frame(4));
            window.OnFrame(Frame(10));
        }));

    [Theory]
    [InlineData(500, new[] { "call 1 done", "frame 7" })]
    [InlineData(501, new[] { "call 1 begins", "frame 7", "call 1 done" })]
    public void ACallThatTookUpToHalfTheWindowBecomesOneObservation(long duration, string[] expected) => Assert.Equal(
        expected,
        Reorder(window =>
        {
            window.OnCall(Begin(1, 0));
            window.OnFrame(Frame(7));
            window.OnCall(Done(1, 0, duration));
        }));

    [Fact]
    public void AReturnWithoutItsBeginIsACallAtItsBegin() => Assert.Equal(
        ["frame 1", "call 1 done", "frame 3"],
        Reorder(window =>
        {
            window.OnFrame(Frame(1));
            window.OnFrame(Frame(3));
            window.OnCall(Done(1, 2, 900));
        }));

    [Fact]
    public void WhatIsHeldGoesOnWhenSomethingIsLaterByMoreThanTheWindow()
    {
        var log = new ShortLog();
        var window = new ReorderWindow(log, Window);

        window.OnFrame(Frame(0));
        window.OnOwner(Owner(1000));
        Assert.Empty(log.Lines);
        window.OnOwner(Owner(1001));
        Assert.Equal(["frame 0"], log.Lines);
    }

    [Fact]
    public void WhatComesTooLateGoesOnAtOnceAndIsCounted()
    {
        var log = new ShortLog();
        var window = new ReorderWindow(log, Window);
        window.OnFrame(Frame(100));
        window.OnFrame(Frame(5000));

        window.OnSample(Sample(99));
        window.OnOwner(Owner(101)); // behind the window, yet in time for its place

        Assert.Equal(["frame 100", "sample 99", "owner 101"], log.Lines);
        Assert.Equal(1, window.Late);
    }

    [Fact]
    public void NoMoreIsHeldThanTheCapacity()
    {
        var log = new ShortLog();
        var window = new ReorderWindow(log, Window, capacity: 10);
        for (var number = 0; number < 100; number++)
        {
            window.OnFrame(Frame(5));
            window.OnCall(Begin(number, 5));
        }

        Assert.Equal(190, log.Lines.Count);
    }

    [Fact]
    public void NoMoreFrameBytesAreHeldThanTheCapacity()
    {
        var log = new ShortLog();
        var window = new ReorderWindow(log, Window, capacityBytes: 10 * 1500);
        for (var number = 0; number < 100; number++) window.OnFrame(new Frame(new Timestamp(5), 1, 1500, new byte[1500]));
        Assert.Equal(90, log.Lines.Count);
    }

    [Fact]
    public void AFrameIsCopiedForItsBytesAreOnlyLent()
    {
        var log = new ObservationLog();
        var expected = new List<string>();
        var window = new ReorderWindow(log, Window);
        var random = new Random(1);
        var lent = new byte[3_000_000];
        for (var number = 0; number < 300; number++)
        {
            // Also longer than the blocks of the queue, and emptied and filled again.
            var bytes = lent.AsSpan(0, random.Next(20) == 0 ? random.Next(lent.Length) : random.Next(70_000));
            random.NextBytes(bytes);
            var frame = new Frame(new Timestamp(number * 100), 1, bytes.Length, bytes);
            expected.Add(ObservationLog.Describe(frame));
            window.OnFrame(frame);
            if (number % 50 == 49) window.Flush();
        }

        Assert.Equal(expected, log.Lines);
    }

    [Fact]
    public void AFrameCostsNoAllocation()
    {
        var window = new ReorderWindow(new Nothing(), Window);
        var bytes = new byte[1500];
        long time = 0;
        for (; time < 50_000; time++) Deliver(); // until the blocks for what is held are there

        Allocation.AssertNoneIn(50_000, () =>
        {
            Deliver();
            time++;
        });

        void Deliver() => window.OnFrame(new Frame(new Timestamp(time), 1, 1500, bytes));
    }

    /// <summary>
    /// The property: whatever the interleaving, if no source lags by more than half the window, the output is the same. Times
    /// tie often; calls come from two threads; some take longer than half the window, and frames run backwards.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void TheOrderDoesNotDependOnHowSourcesInterleave(int seed)
    {
        var random = new Random(seed);
        var sources = Sources(random);
        var total = sources.Sum(source => source.Count);
        List<string>? first = null;
        var inputs = new HashSet<string>();
        for (var round = 0; round < 60; round++)
        {
            var log = new ShortLog();
            var window = new ReorderWindow(log, Window);
            var input = new ShortLog();
            foreach (var observation in Interleave(sources, random, lag: Window.Ticks * 100 / 2))
            {
                observation.Deliver(input);
                observation.Deliver(window);
            }

            window.Flush();
            inputs.Add(string.Join('\n', input.Lines));
            Assert.Equal(total, input.Lines.Count);
            Assert.Equal(0, window.Late);
            Assert.Equal(first ??= log.Lines, log.Lines);
        }

        Assert.Equal(60, inputs.Count); // the interleavings did differ
        Assert.Contains(first!, line => line.StartsWith("call", StringComparison.Ordinal));
        Assert.True(first!.Count < total, "No call was joined.");

        // What was put in order once stays as it is: a timeline's file gives the same timeline.
        var again = new ShortLog();
        var second = new ReorderWindow(again, Window);
        foreach (var observation in Ordered(sources)) observation.Deliver(second);
        second.Flush();
        Assert.Equal(first, again.Lines);
    }

    private static List<Observation> Ordered(List<List<Observation>> sources)
    {
        var ordered = new List<Observation>();
        var keep = new Keep(ordered);
        var window = new ReorderWindow(keep, Window);
        foreach (var observation in Interleave(sources, new Random(0), lag: 0)) observation.Deliver(window);
        window.Flush();
        return ordered;
    }

    private static List<List<Observation>> Sources(Random random)
    {
        var frames = new List<Observation>();
        var samples = new List<Observation>();
        var owners = new List<Observation>();
        List<Observation>[] calls = [[], []];
        long[] free = [0, 0];
        var id = 0;
        for (long time = 0; time < 20_000; time += random.Next(3) * 10)
        {
            var at = time;
            switch (random.Next(5))
            {
                case 0:
                    var stamp = Math.Max(0, at - random.Next(2) * random.Next(50));
                    frames.Add(new Observation(at, 1, sink => sink.OnFrame(Frame(stamp))));
                    break;
                case 1:
                    samples.Add(new Observation(at, 2, sink => sink.OnSample(Sample(at))));
                    break;
                case 2:
                    owners.Add(new Observation(at, 3, sink => sink.OnOwner(Owner(at))));
                    break;
                default:
                    var thread = random.Next(2);
                    if (free[thread] > at) break;
                    var number = ++id;
                    var end = at + (random.Next(4) == 0 ? random.Next(2000) : random.Next(4) * 10);
                    free[thread] = end;
                    calls[thread].Add(new Observation(at, 4, sink => sink.OnCall(Begin(number, at))));
                    calls[thread].Add(new Observation(end, 4, sink => sink.OnCall(Done(number, at, end))));
                    break;
            }
        }

        return [frames, samples, owners, calls[0], calls[1]];
    }

    /// <summary>A random interleaving in which nothing comes when something later by more than the lag has come.</summary>
    private static IEnumerable<Observation> Interleave(List<List<Observation>> sources, Random random, long lag)
    {
        var next = new int[sources.Count];
        while (true)
        {
            var left = Enumerable.Range(0, sources.Count).Where(source => next[source] < sources[source].Count).ToList();
            if (left.Count == 0) yield break;
            var earliest = left.Min(source => sources[source][next[source]].Time);
            left.RemoveAll(source => sources[source][next[source]].Time > earliest + lag);
            var chosen = left[random.Next(left.Count)];
            yield return sources[chosen][next[chosen]++];
        }
    }

    private static List<string> Reorder(Action<ReorderWindow> deliver)
    {
        var log = new ShortLog();
        var window = new ReorderWindow(log, Window);
        deliver(window);
        window.Flush();
        Assert.Equal(0, window.Late);
        return log.Lines;
    }

    private static Frame Frame(long time) => new(new Timestamp(time), 1, 0, []);

    private static SocketCall Begin(int id, long begin) =>
        new() { Id = id, Socket = 1, Side = Side.Client, Name = "recv", Begin = new Timestamp(begin) };

    private static SocketCall Done(int id, long begin, long end) => Begin(id, begin) with { End = new Timestamp(end) };

    private static SocketOwner Owner(long time) => new(new Timestamp(time), default, default, 1, 1, "");

    private static SocketSample Sample(long time) => new()
    {
        NotBefore = new Timestamp(time),
        NotAfter = new Timestamp(time + 500), // samples go on half a window ahead
        Local = default,
        Remote = default,
        State = TcpState.Listen,
        Kind = SocketKind.Listener,
    };

    private sealed class ShortLog : IObservationSink
    {
        public List<string> Lines { get; } = [];

        public void OnFrame(in Frame frame) => Lines.Add($"frame {frame.Time.Nanoseconds}");

        public void OnCall(SocketCall call) => Lines.Add($"call {call.Id} {(call.End is null ? "begins" : "done")}");

        public void OnSample(SocketSample sample) => Lines.Add($"sample {sample.NotBefore.Nanoseconds}");

        public void OnOwner(SocketOwner owner) => Lines.Add($"owner {owner.Time.Nanoseconds}");

        public void OnTrace(KernelEvent trace) => Lines.Add($"trace {trace.Time.Nanoseconds}");
    }

    private sealed class Keep(List<Observation> kept) : IObservationSink
    {
        public void OnFrame(in Frame frame)
        {
            var time = frame.Time.Nanoseconds;
            kept.Add(new Observation(time, 1, sink => sink.OnFrame(Frame(time))));
        }

        public void OnCall(SocketCall call) => kept.Add(new Observation(0, 0, sink => sink.OnCall(call)));

        public void OnSample(SocketSample sample) => kept.Add(new Observation(0, 2, sink => sink.OnSample(sample)));

        public void OnOwner(SocketOwner owner) => kept.Add(new Observation(0, 3, sink => sink.OnOwner(owner)));

        public void OnTrace(KernelEvent trace) => kept.Add(new Observation(0, 4, sink => sink.OnTrace(trace)));
    }

    private sealed class Nothing : IObservationSink
    {
        public void OnFrame(in Frame frame)
        {
        }

        public void OnCall(SocketCall call)
        {
        }

        public void OnSample(SocketSample sample)
        {
        }

        public void OnOwner(SocketOwner owner)
        {
        }

        public void OnTrace(KernelEvent trace)
        {
        }
    }
}
