using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Recordings.Format;
using TcpCapture.Tests.CaptureFiles.PcapNg;

namespace TcpCapture.Tests.Recordings;

public sealed class RecordingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-recordings-").FullName;

    private string FilePath => Path.Combine(_folder, Recording.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ARecordingIsReadCompletelyAndInOrder(int seed)
    {
        var generated = new Generated(seed);
        var expected = new ObservationLog();
        using (var writer = RecordingWriter.Create(FilePath, Generated.Info))
        {
            for (var number = 0; number < 2000; number++)
            {
                var observation = generated.Any(Generated.Start + number);
                observation.Deliver(expected);
                observation.Deliver(writer);
            }

            Assert.True(writer.Complete(Generated.End));
        }

        var recording = Recording.Open(_folder);
        var actual = new ObservationLog();
        recording.Replay(actual);

        Assert.Equal(expected.Lines, actual.Lines);
        Assert.Equal(Generated.Info with { Settings = recording.Info.Settings }, recording.Info);
        Assert.Equal(Generated.Info.Settings, recording.Info.Settings);
        Generated.AssertEnd(recording.End);
        Assert.Null(recording.CutOff);

        var again = new ObservationLog();
        recording.Replay(again);
        Assert.Equal(expected.Lines, again.Lines);
    }

    [Fact]
    public void DerivedFieldsAreNoObservations()
    {
        var call = new SocketCall { Id = 1, Socket = 1, Side = Side.Client, Name = "close", Begin = new Timestamp(5) };
        Write(writer =>
        {
            var entry = new JournalEntry();
            writer.Journal(entry.Start(new Timestamp(5)).Field("MESSAGE", "x\nTCPCAPTURE_CALL={}").Call(call)
                .Field("TCP_NOTE", "TCPCAPTURE_CALL={}").Call(call with { Id = 2 }));
            writer.Journal(entry.Start(new Timestamp(6)).Field("MESSAGE", "a finding"));
        });

        var log = new ObservationLog();
        Recording.Open(FilePath).Replay(log);

        Assert.Collection(log.Lines, line => Assert.Contains("\"id\":1", line), line => Assert.Contains("\"id\":2", line));
    }

    [Fact]
    public void ARecordingWithoutItsEndMarkIsCutOff()
    {
        using (var writer = RecordingWriter.Create(FilePath, Generated.Info)) new Generated(1).Frame(1).Deliver(writer);

        var recording = Recording.Open(FilePath);
        var log = new ObservationLog();
        recording.Replay(log);

        Assert.Single(log.Lines);
        Assert.Null(recording.End);
        Assert.Contains("has no end mark", recording.CutOff);
    }

    [Fact]
    public void TheEndIsAlsoReadFromAJournalEntry()
    {
        Write(writer => writer.Journal(new JournalEntry().Start(new Timestamp(6)).End(Generated.End)));
        var recording = Recording.Open(FilePath);

        recording.Replay(new ObservationLog());

        Generated.AssertEnd(recording.End);
        Assert.Null(recording.CutOff);
    }

    [Fact]
    public void ObservationsBetweenRowsAreReadAndForeignBlocksOfTheirTypeSkipped()
    {
        var call = new SocketCall { Id = 1, Socket = 1, Side = Side.Client, Name = "close", Begin = new Timestamp(5) };
        Write(writer =>
        {
            writer.Observations(new JournalEntry().Start(new Timestamp(5)).Call(call));
            writer.Observations(new JournalEntry().Start(new Timestamp(6)).Call(call with { Id = 2, Name = "two\nlines" }));
        });
        var foreign = new RawPcapNg().Block(0x80544350, []).Block(0x80544350, [1, 2, 3, 4])
            .Block(0x80544350, "SomebodyTCPCAPTURE_CALL={}\n\0"u8.ToArray()).ToArray();
        File.WriteAllBytes(FilePath, [.. File.ReadAllBytes(FilePath), .. foreign]);

        var log = new ObservationLog();
        Recording.Open(FilePath).Replay(log);

        Assert.Collection(log.Lines, line => Assert.Contains("\"id\":1", line), line => Assert.Contains("two\\nlines", line));
    }

    [Fact]
    public void ObservationsOfALaterVersionAreRefused()
    {
        Write(_ => { });
        File.WriteAllBytes(FilePath, [.. File.ReadAllBytes(FilePath), .. new RawPcapNg().Block(0x80544350, "TcpCapt\u0002"u8.ToArray()).ToArray()]);

        var error = Assert.Throws<RecordingException>(() => Recording.Open(FilePath).Replay(new ObservationLog()));
        Assert.Contains("was written by a later version of TcpCapture", error.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 32)]
    [InlineData(100UL)]
    public void AFieldBeyondItsBlockIsRefused(ulong claimed)
    {
        Write(_ => { });
        byte[] body = [.. "TcpCapt\u0001TCPCAPTURE_CALL\n"u8, .. BitConverter.GetBytes(claimed), .. new byte[4]];
        File.WriteAllBytes(FilePath, [.. File.ReadAllBytes(FilePath), .. new RawPcapNg().Block(0x80544350, body).ToArray()]);

        var error = Assert.Throws<RecordingException>(() => Recording.Open(FilePath).Replay(new ObservationLog()));
        Assert.Contains("a field is longer than the entry", error.Message);
    }

    /// <summary>16 MiB of options on a frame cost neither much memory nor much time.</summary>
    [Fact]
    public void MillionsOfOptionsCostLittleMemoryAndTime()
    {
        var options = new byte[15 * 1024 * 1024];
        for (var at = 0; at < options.Length; at += 4) options[at] = 99; // four bytes each: a code nobody knows, no value
        Write(_ => { });
        var packet = new RawPcapNg().Block(6, [.. new byte[20], .. options]).ToArray();
        File.WriteAllBytes(FilePath, [.. File.ReadAllBytes(FilePath), .. packet]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var log = new ObservationLog();
        var recording = Recording.Open(FilePath);
        recording.Replay(log);

        Assert.Single(log.Lines);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L * 1024 * 1024);
    }

    [Fact]
    public void ImpossibleClaimsOfLengthAreOnlyReported()
    {
        var contents = new RecordingContents { Frames = long.MaxValue, Calls = -1, Samples = long.MinValue };
        Write(writer => writer.Journal(new JournalEntry().Start(new Timestamp(6)).End(Generated.End).Contents(contents)));
        var recording = Recording.Open(FilePath);

        recording.Replay(new ObservationLog());

        Assert.EndsWith($"lacks {long.MaxValue} frames.", recording.Missing);
    }

    [Fact]
    public void ARecordingJoinedToAnotherIsRefused()
    {
        Write(_ => { });
        File.WriteAllBytes(FilePath, [.. File.ReadAllBytes(FilePath), .. File.ReadAllBytes(FilePath)]);

        var error = Assert.Throws<RecordingException>(() => Recording.Open(FilePath).Replay(new ObservationLog()));
        Assert.Contains("second section", error.Message);
    }

    [Theory]
    [InlineData(new byte[0], "is empty")]
    [InlineData(new byte[] { 1, 2 }, "cut off within its header")]
    [InlineData(new byte[] { 1, 2, 3, 4 }, "is not a pcapng file")]
    [InlineData(new byte[] { 0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0 }, "is a pcap file")]
    public void AFileThatIsNoRecordingIsRefusedInOneLine(byte[] content, string why)
    {
        File.WriteAllBytes(FilePath, content);

        var error = Assert.Throws<RecordingException>(() => Recording.Open(FilePath));

        Assert.Contains(why, error.Message);
        Assert.Contains(FilePath, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void AForeignPcapngIsRefused()
    {
        using (var file = File.Create(FilePath))
        {
            var writer = new PcapNgWriter(file);
            writer.Section(new PcapNgOptions().Comment("something else"));
            writer.Flush();
        }

        var error = Assert.Throws<RecordingException>(() => Recording.Open(FilePath));
        Assert.Contains("not a recording of TcpCapture", error.Message);
    }

    [Fact]
    public void AMissingRecordingIsReportedInOneLine()
    {
        var error = Assert.Throws<RecordingException>(() => Recording.Open(_folder));
        Assert.StartsWith("There is no recording", error.Message);
    }

    private void Write(Action<PcapNgWriter> body)
    {
        using var file = File.Create(FilePath);
        var writer = new PcapNgWriter(file);
        RecordingFormat.WriteHeader(writer, Generated.Info, []);
        body(writer);
        writer.Flush();
    }
}
