using TcpCapture.Export.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Tests.Recordings;

/// <summary>A file that is cut or damaged anywhere is read up to there, or refused; nothing else happens.</summary>
public sealed class HostileRecordingTests : IDisposable
{
    private const long MostMemory = 64L * 1024 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-hostile-").FullName;

    private string FilePath => Path.Combine(_folder, "damaged.pcapng");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EveryTruncatedFileIsReadUpToItsEnd(bool isTimeline)
    {
        var (whole, expected) = Small(isTimeline);
        for (var length = 0; length < whole.Length; length++)
        {
            var (log, recording) = Load(whole[..length]);
            Assert.Equal(expected.Take(log.Count), log);
            if (recording is not null) Assert.NotNull(recording.CutOff);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FlippedBytesAreReadOrRefused(bool isTimeline)
    {
        var (whole, _) = Small(isTimeline);
        var random = new Random(4711);
        var refused = 0;
        const int Rounds = 2_000;
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (Load(damaged).Recording is null) refused++;
        }

        Assert.InRange(refused, 1, Rounds - 1); // otherwise this test has stopped testing anything
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyByteWithAllBitsSetIsReadOrRefused(bool isTimeline)
    {
        var (whole, _) = Small(isTimeline);
        for (var index = 0; index < whole.Length; index++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[index] = 0xFF;
            Load(damaged);
        }
    }

    private (List<string> Log, Recording? Recording) Load(byte[] content)
    {
        File.WriteAllBytes(FilePath, content);
        var log = new ObservationLog();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var recording = Recording.Open(FilePath);
            recording.Replay(log);
            return (log.Lines, recording);
        }
        catch (RecordingException error)
        {
            Assert.DoesNotContain('\n', error.Message);
            return (log.Lines, null);
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        }
    }

    /// <summary>A small recording: raw, or as a timeline with blocks of every kind.</summary>
    private (byte[] File, List<string> Log) Small(bool isTimeline)
    {
        var generated = new Generated(5);
        Observation[] observations =
        [
            generated.Call(1), generated.Frame(2), generated.Sample(3), generated.Owner(4), generated.Call(5), generated.Sample(6),
        ];
        var log = new ObservationLog();
        foreach (var observation in observations) observation.Deliver(log);
        return (isTimeline ? AsTimeline(observations) : AsRecorded(observations), log.Lines);
    }

    private byte[] AsRecorded(Observation[] observations)
    {
        var path = Path.Combine(_folder, "small.pcapng");
        using (var writer = RecordingWriter.Create(path, Generated.Info))
        {
            foreach (var observation in observations) observation.Deliver(writer);
            Assert.True(writer.Complete(Generated.End));
        }

        return File.ReadAllBytes(path);
    }

    private static byte[] AsTimeline(Observation[] observations)
    {
        var file = new MemoryStream();
        var rows = new TimelineRows(file, Generated.Info);
        var sink = new RowSink(rows);
        foreach (var observation in observations) observation.Deliver(sink);
        rows.Finish([], default, Generated.End, RecordingContents.Nothing);
        return file.ToArray();
    }
}
