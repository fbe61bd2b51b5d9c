using TcpCapture.Live.Parts;
using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Live.Tests.Parts;

/// <summary>A recording in parts: no observation is lost or duplicated between them.</summary>
public sealed class RecordingRelayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-recordings-").FullName;
    private int _parts;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ALateObservationBelongsToThePartOfItsTime()
    {
        using (var relay = new RecordingRelay(Part(default), Part))
        {
            relay.OnOwner(Owner(10));
            Assert.True(relay.Cut(new Timestamp(100)));
            relay.OnOwner(Owner(120));
            relay.OnOwner(Owner(99)); // late
            relay.CloseEarlier()!.Dispose();
            relay.OnOwner(Owner(98)); // after the previous part was closed: kept in the current one
        }

        Assert.Equal([10, 99], Times(1));
        Assert.Equal([120, 98], Times(2));
    }

    [Fact]
    public void FramesKeepTheirOrderAndAppearOnce()
    {
        using (var relay = new RecordingRelay(Part(default), Part))
        {
            relay.OnFrame(Frame(10));
            relay.Cut(new Timestamp(100));
            relay.OnFrame(Frame(90)); // delivered after the cut
            relay.OnFrame(Frame(100));
            relay.OnFrame(Frame(95)); // timestamp of another CPU: it stays after the previous frame
            relay.CloseEarlier()!.Dispose();
        }

        Assert.Equal([10, 90], Times(1));
        Assert.Equal([100, 95], Times(2));
    }

    [Fact]
    public void APartEndsWithTheFrameThatFilledItOnceThePreviousOneIsClosed()
    {
        using (var relay = new RecordingRelay(Part(default), Part, maxBytes: 8000))
        {
            var cuts = 0;
            relay.WasCut += () => cuts++;
            for (var time = 1; time <= 200; time++) relay.OnFrame(Frame(time));
            Assert.Equal(1, cuts); // the first part is still open
            Assert.False(relay.Cut(new Timestamp(500)));
            relay.CloseEarlier()!.Dispose();
            relay.OnFrame(Frame(201));
            Assert.Equal(2, cuts);
            relay.CloseEarlier()!.Dispose();
        }

        Assert.Equal(Enumerable.Range(1, 201).Select(time => (long)time), Times(1).Concat(Times(2)).Concat(Times(3)));
        Assert.InRange(new FileInfo(PathOf(1)).Length, 8000, 8400);
        Assert.Equal([201], Times(3));
    }

    [Fact]
    public void IfTheNextPartCannotBeCreatedTheCurrentOneContinuesAndTheFailureIsKept()
    {
        using (var relay = new RecordingRelay(Part(default), _ => throw new RecordingException("no room")))
        {
            Assert.False(relay.Cut(new Timestamp(100)));
            Assert.Equal("no room", relay.Failure!.Message);
            relay.OnFrame(Frame(150));
        }

        Assert.Equal([150], Times(1));
    }

    [Fact]
    public async Task ConcurrentSourcesAndCutsLoseNothing()
    {
        const int PerSource = 4000;
        using (var relay = new RecordingRelay(Part(default), Part, maxBytes: 100_000))
        {
            var sources = Enumerable.Range(0, 3).Select(source => Task.Run(() =>
            {
                for (var time = 1; time <= PerSource; time++)
                {
                    if (source > 0) relay.OnOwner(Owner(time, source));
                    else relay.OnFrame(Frame(time));
                    if (source == 0 && time % 100 == 0) relay.CloseEarlier()?.Dispose();
                }
            }));
            await Task.WhenAll(sources);
        }

        Assert.InRange(_parts, 4, 1000);
        var log = new ObservationLog();
        foreach (var part in Enumerable.Range(1, _parts)) Recording.Open(PathOf(part)).Replay(log);
        Assert.Equal(3 * PerSource, log.Lines.Count);
        Assert.Equal(3 * PerSource, log.Lines.Distinct().Count());
        Assert.Equal(
            Enumerable.Range(1, PerSource).Select(time => ObservationLog.Describe(Frame(time))), log.Lines.Where(line => line.StartsWith("frame", StringComparison.Ordinal)));
    }

    private static Frame Frame(long time) => new(new Timestamp(time), 1, 60, new byte[60]);

    private static SocketOwner Owner(long time, int process = 1) => new(new Timestamp(time), default, default, 0, process, "");

    private string PathOf(int part) => Path.Combine(_folder, $"{part}.pcapng");

    private RecordingWriter Part(Timestamp start) => RecordingWriter.Create(PathOf(++_parts), Generated.Info with { Start = start, Part = _parts });

    private long[] Times(int part)
    {
        var times = new TimeLog();
        Recording.Open(PathOf(part)).Replay(times);
        return [.. times.Times];
    }

    private sealed class TimeLog : IObservationSink
    {
        public List<long> Times { get; } = [];

        public void OnFrame(in Frame frame) => Times.Add(frame.Time.Nanoseconds);

        public void OnCall(SocketCall call) => Times.Add(call.Begin.Nanoseconds);

        public void OnSample(SocketSample sample) => Times.Add(sample.NotAfter.Nanoseconds);

        public void OnOwner(SocketOwner owner) => Times.Add(owner.Time.Nanoseconds);

        public void OnTrace(KernelEvent trace) => Times.Add(trace.Time.Nanoseconds);
    }
}
