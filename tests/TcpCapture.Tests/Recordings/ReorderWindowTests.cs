using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Tests.Recordings;

public partial class ReorderWindowTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMicroseconds(1); // 1000 ns, so that tests can count

    [Fact]
    public void SourcesAreMergedInTheOrderOfTime() => Assert.Equal(
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
    public void FramesKeepTheirOrderAndTimes() => Assert.Equal(
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
    public void ACallOfAtMostHalfTheWindowBecomesOneObservation(long duration, string[] expected) => Assert.Equal(
        expected,
        Reorder(window =>
        {
            window.OnCall(Begin(1, 0));
            window.OnFrame(Frame(7));
            window.OnCall(Done(1, 0, duration));
        }));

    [Fact]
    public void AReturnWithoutAnEntryIsPlacedAtTheEntry() => Assert.Equal(
        ["frame 1", "call 1 done", "frame 3"],
        Reorder(window =>
        {
            window.OnFrame(Frame(1));
            window.OnFrame(Frame(3));
            window.OnCall(Done(1, 2, 900));
        }));

    [Fact]
    public void AnObservationIsHeldUntilOneIsLaterByMoreThanTheWindow()
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
    public void ALateObservationIsEmittedAtOnceAndCounted()
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
    public void AFrameIsCopiedBecauseItsBufferIsReused()
    {
        var log = new ObservationLog();
        var expected = new List<string>();
        var window = new ReorderWindow(log, Window);
        var random = new Random(1);
        var lent = new byte[3_000_000];
        for (var number = 0; number < 300; number++)
        {
            // Also frames longer than a block of the queue, and a queue that empties and fills again.
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

    private sealed class Nothing : IObservationSink
    {
    }
}
