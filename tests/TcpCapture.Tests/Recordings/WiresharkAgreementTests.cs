using System.Globalization;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Recordings;

/// <summary>tshark shows each block as the intended row, and a file saved by other programs is still the recording.</summary>
public sealed class WiresharkAgreementTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-wireshark-").FullName;

    private string FilePath => Path.Combine(_folder, Recording.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TsharkShowsEveryRowWithItsTimeCommentsAndMessage()
    {
        var expected = WriteTimeline();

        var rows = await Tshark.Run(
            "tshark", "-r", FilePath, "-T", "fields", "-E", "aggregator=|", "-e", "frame.time_epoch", "-e", "frame.cap_len",
            "-e", "frame.len", "-e", "frame.comment", "-e", "frame.packet_id", "-e", "_ws.col.Info");

        Assert.Equal(expected.Count, rows.Length);
        Assert.All(rows.Zip(expected), pair => Assert.StartsWith(pair.Second, pair.First));
        Assert.All(rows.Where((_, index) => index % 2 == 1), row => Assert.Contains("ESTABLISHED", row.Split('\t')[^1]));
    }

    [Fact]
    public async Task CapinfosReadsTheHeader()
    {
        WriteTimeline();

        var lines = await Tshark.Run("capinfos", FilePath);

        Assert.Contains(lines, line => line.Contains("TcpCapture-recording: {"));
        Assert.Contains(lines, line => line.Contains("Capture oper-sys:    Linux 6.18"));
        Assert.Contains(lines, line => line.Contains("Filter string = tcp port 12345 && ip"));
        Assert.Contains(lines, line => line.Contains("Time precision = nanoseconds (9)"));
        Assert.Contains(lines, line => line.Contains("Number of packets = 20"));
    }

    [Theory]
    [InlineData("editcap", "IN", "OUT")]
    [InlineData("tshark", "-r", "IN", "-w", "OUT")]
    [InlineData("mergecap", "-w", "OUT", "IN")]
    public async Task AFileSavedByAnotherProgramIsStillTheRecording(string program, params string[] arguments)
    {
        WriteTimeline();
        var saved = Path.Combine(_folder, "saved.pcapng");
        var original = new ObservationLog();
        Recording.Open(FilePath).Replay(original);

        await Tshark.Run(
            program, [.. arguments.Select(argument => argument == "IN" ? FilePath : argument == "OUT" ? saved : argument)]);

        var recording = Recording.Open(saved);
        var log = new ObservationLog();
        recording.Replay(log);
        Assert.Equal(original.Lines, log.Lines);
        Assert.Equal(Generated.Info.Start, recording.Info.Start);
        Generated.AssertEnd(recording.End);
    }

    /// <summary>Blocks for local use are no rows. Wireshark loses them and statistics when it saves a file.</summary>
    [Fact]
    public async Task WiresharkKeepsWhatTheEditedRecordingsAssume()
    {
        var golden = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", "unreachable");
        using var outputs = Outputs.Of(Recording.Open(golden));
        var file = outputs.Bytes(Recording.FileName);
        Assert.NotEqual(0, SavedByWireshark.Count(file, 0x80544350));
        var saved = Path.Combine(_folder, "saved.pcapng");

        var rows = await Tshark.Run("tshark", "-r", outputs.RecordingPath, "-T", "fields", "-e", "frame.number");
        await Tshark.Run("tshark", "-r", outputs.RecordingPath, "-w", saved);

        Assert.Equal(PacketList.Read(file).Count, rows.Length);
        var bytes = File.ReadAllBytes(saved);
        uint[] kinds = [1, 5, 6, 9, 0x80544350, 0x0A0D0D0A];
        var expected = SavedByWireshark.Save(file);
        Assert.Equal(kinds.Select(kind => SavedByWireshark.Count(expected, kind)), kinds.Select(kind => SavedByWireshark.Count(bytes, kind)));
        Assert.Equal(PacketList.Read(file).Select(row => (row.Summary, row.Text)), PacketList.Read(bytes).Select(row => (row.Summary, row.Text)));
    }

    /// <summary>Writes frames with options, and journal entries between them; returns the expected start of each tshark row.</summary>
    private List<string> WriteTimeline()
    {
        var rows = new List<string>();
        using var file = File.Create(FilePath);
        var writer = new PcapNgWriter(file);
        RecordingFormat.WriteHeader(writer, Generated.Info, []);
        var entry = new JournalEntry();
        var options = new PcapNgOptions();
        for (var number = 0; number < 20; number++)
        {
            var time = new Timestamp(Generated.Start + number * 12_345);
            var bytes = new byte[60 + number];
            writer.Packet(0, new Frame(time, 1, 100 + number, bytes), options.Clear().Comment($"SYN_SENT → n{number}")
                .Comment("second").Flags(2).Id((ulong)number).ProcessThread(1, 2));
            rows.Add($"{Seconds(time.Nanoseconds)}\t{60 + number}\t{100 + number}\tSYN_SENT → n{number}|second\t{number}\t");

            entry.Start(time).Field("MESSAGE", $"{number}: SYN_SENT → ESTABLISHED").Field("TCP_NEW_STATE", "ESTABLISHED")
                .Call(new SocketCall { Id = number, Socket = 1, Side = Side.Client, Name = "a\nb", Begin = time })
                .Owner(new SocketOwner(time, Generated.Loopback(1), Generated.Loopback(2), 3, 4, "evil\nname\0"));
            if (number == 19) entry.End(Generated.End);
            writer.Journal(entry);
            rows.Add(Seconds(time.Nanoseconds / 1000 * 1000) + "\t");
        }

        RecordingFormat.WriteEnd(writer, Generated.Info, Generated.End);
        writer.Flush();
        return rows;
    }

    private static string Seconds(long nanoseconds) => string.Create(
        CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000_000}.{nanoseconds % 1_000_000_000:D9}");
}
