using TcpCapture.Live.Capture;
using TcpCapture.Live.Parts;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Live.Tests.Parts;

/// <summary>Rotation into parts: headers, counts, files, and the parts that are kept.</summary>
public sealed class RotationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-rotation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void CountsAreDividedAmongTheParts()
    {
        var counted = new PartStatistics();
        var first = counted.EndPart(new Timestamp(1), 10, new CaptureStatistics(10, 2, 1), Samples(5, gap: 300, cpu: 70), Trace(events: 8, lost: 1));
        var second = counted.EndPart(new Timestamp(2), 20, new CaptureStatistics(30, 5, 1), Samples(9, gap: 300, cpu: 100), Trace(events: 9, lost: 4));

        Assert.Equal((2, 1, 5, 300, 70), (first.DroppedByKernel, first.DroppedByInterface, first.Looks, first.LongestSamplingGapNanoseconds, first.SamplerCpuNanoseconds));
        Assert.Equal((8, 1), (first.TraceEvents, first.TraceOverruns));
        Assert.Equal((3, 0, 4, 30), (second.DroppedByKernel, second.DroppedByInterface, second.Looks, second.SamplerCpuNanoseconds));
        Assert.Equal(0, second.LongestSamplingGapNanoseconds); // the longest gap was in the first part
        Assert.Equal((1, 3), (second.TraceEvents, second.TraceOverruns));
        Assert.Equal((10, 20), (first.Frames, second.Frames));
    }

    [Fact]
    public void UnknownCountsStayUnknown()
    {
        var end = new PartStatistics().EndPart(new Timestamp(1), 0, new CaptureStatistics(0, null, null), Samples(0, 0, null), null);
        Assert.Equal((null, null, null, null), (end.DroppedByKernel, end.DroppedByInterface, end.SamplerCpuNanoseconds, end.TraceEvents));
    }

    [Fact]
    public void EachPartIsACompleteRecordingWithItsNumber()
    {
        var folders = new PartFolders(_folder);
        using (var relay = RecordingParts.Open(folders.Open(1), Generated.Info with { Part = 1 }, new RotationOptions { Time = RotationOptions.MinTime }, folders.Open))
        {
            using var states = new ScriptedStates();
            using var capture = new ScriptedFrames(relay);
            var parts = new RecordingParts(relay, null, capture, states, []);
            relay.OnFrame(new Frame(new Timestamp(10), 101, 60, new byte[60]));
            Assert.True(relay.Cut(new Timestamp(100)));
            Assert.True(parts.HasTracedEarlier); // without a trace nothing is late
            relay.OnFrame(new Frame(new Timestamp(100), 101, 60, new byte[60]));
            relay.OnFrame(new Frame(new Timestamp(101), 101, 60, new byte[60]));
            var earlier = parts.EndEarlier()!;
            Assert.Equal((new Timestamp(100), 1, true), (earlier.Time, earlier.Frames, earlier.IsContinued));
            Assert.Null(parts.EndEarlier());
            var last = parts.End();
            Assert.Equal((2, false), (last.Frames, last.IsContinued));
            relay.Current.Complete(last);
            Assert.Null(parts.Failure);
        }

        Assert.Equal([1, 2], Enumerable.Range(1, 2).Select(number => Read(number).Info.Part));
        Assert.Equal([1L, 2L], Enumerable.Range(1, 2).Select(number => Read(number).End!.Frames));
    }

    [Fact]
    public void WithoutRotationThereIsOnePart()
    {
        var folders = new PartFolders(_folder);
        using var relay = RecordingParts.Open(folders.Open(1), Generated.Info, null, folders.Open);
        Assert.False(relay.Cut(new Timestamp(100)));
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(1, 1)]
    public void TheExporterWritesTheFilesOfEachPartAndKeepsTheNewest(int? keep, int kept)
    {
        using var exporter = new PartExporter(keep);
        for (var number = 1; number <= 3; number++) exporter.Add(Recorded(number));
        exporter.Complete(CancellationToken.None, TimeSpan.FromMilliseconds(50), () => { });

        Assert.Empty(exporter.Failures);
        Assert.Equal((0, 3 - kept), (exporter.Waiting, exporter.Deleted));
        Assert.Equal(Enumerable.Range(4 - kept, kept).Select(PathOf), exporter.Folders);
        Assert.All(exporter.Folders, folder => Assert.True(File.Exists(Path.Combine(folder, "timeline.csv"))));
        Assert.Equal(kept, Directory.EnumerateDirectories(_folder).Count());
    }

    [Fact]
    public void APartThatCannotBeReadIsAFailureAndTheNextIsWritten()
    {
        using var exporter = new PartExporter(null);
        var broken = Recorded(1);
        File.WriteAllText(broken.RawPath, "no recording");
        exporter.Add(broken);
        exporter.Add(Recorded(2));
        exporter.Complete(CancellationToken.None, TimeSpan.FromMilliseconds(50), () => { });

        Assert.Equal(Problem.RecordingUnusable, Assert.Single(exporter.Failures).Problem);
        Assert.Equal([PathOf(2)], exporter.Folders);
    }

    [Fact]
    public void AfterGivingUpTheRawRecordingsStay()
    {
        using var exporter = new PartExporter(null);
        using var givingUp = new CancellationTokenSource();
        givingUp.Cancel();
        exporter.Complete(givingUp.Token, TimeSpan.FromMilliseconds(50), () => { });
        exporter.Dispose();
        exporter.Dispose();
        Assert.Empty(exporter.Folders);
    }

    private static SamplingStatistics Samples(long rounds, long gap, long? cpu) => new(TimeSpan.FromMilliseconds(1), rounds, rounds, 0, 0, gap, cpu, 0);

    private static TraceStatistics Trace(long events, long lost) => new(events, lost, 0, new ClockOffset(5, 1), null, 0, null);

    private string PathOf(int number) => Path.Combine(_folder, PartFolders.NameOf(number));

    private Recording Read(int number)
    {
        var recording = Recording.Open(Path.Combine(PathOf(number), "recording.pcapng.partial"));
        recording.Replay(new ObservationLog());
        return recording;
    }

    private OutputFolder Recorded(int number)
    {
        var folder = new PartFolders(_folder).Open(number);
        using var writer = RecordingWriter.Create(folder.RawPath, Generated.Info with { Part = number });
        writer.Complete(new RecordingEnd { Time = new Timestamp(100), Frames = 0 });
        return folder;
    }
}
