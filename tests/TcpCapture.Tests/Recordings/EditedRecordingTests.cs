using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Recordings;

/// <summary>A timeline.pcapng that Wireshark saved or edited is still the recording, or reports what it lacks.</summary>
public sealed class EditedRecordingTests : IDisposable
{
    private const uint ObservationsBlock = 0x80544350;

    private static readonly string[] SilentButForFrames = ["backlog-full", "backlog-full-abort", "unreachable"];

    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-edited-").FullName;

    public static TheoryData<string> Names => GoldenTests.Names;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>If only frames are seen for seconds, such as SYN retransmissions, observations are between rows and get lost.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void ASavedFileGivesTheSameTimelineOrReportsItsLoss(string name)
    {
        using var outputs = Outputs.Of(Golden(name));
        var file = outputs.Bytes(Recording.FileName);
        var saved = SavedByWireshark.Save(file);
        Assert.True(saved.Length < file.Length);
        var recording = Open(saved);

        using var again = Outputs.Of(recording);

        if (SilentButForFrames.Contains(name))
        {
            Assert.NotEqual(0, SavedByWireshark.Count(file, ObservationsBlock));
            Assert.Matches(@"lacks (\d+ samples? and )?\d+ sockets?'s? process(es)?\.$", recording.Missing);
            Assert.Contains(recording.Missing!, again.Text("timeline.csv"));
            return;
        }

        Assert.Null(recording.Missing);
        foreach (var compared in Outputs.Compared) Assert.Equal(outputs.Text(compared), again.Text(compared));
        Assert.Equal(file, again.Bytes(Recording.FileName));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void RemovedFramesAreCounted(string name)
    {
        using var outputs = Outputs.Of(Golden(name));
        var file = outputs.Bytes(Recording.FileName);
        var rows = PacketList.Read(file);
        var frames = rows.Select((row, index) => (row, Number: index + 1)).Where(pair => pair.row.Summary.StartsWith("frame ", StringComparison.Ordinal))
            .Select(pair => pair.Number).ToArray();
        Assert.NotEmpty(frames);
        var recording = Open(SavedByWireshark.Save(file, row => row == frames[0] || row == frames[^1]));

        using var edited = Outputs.Of(recording);

        var missing = frames.Length == 1 ? "lacks 1 frame" : "lacks 2 frames";
        Assert.Contains(missing, recording.Missing);
        Assert.Null(recording.CutOff);
        Assert.Contains("Part of the recording is missing", edited.Text("timeline.csv"));
        using var later = Outputs.Of(Recording.Open(edited.Folder)); // and it stays said in what is made of it
        Assert.Contains(missing, later.Text("timeline.csv"));
    }

    /// <summary>Without the rows that hold the counts, the numbers of the remaining frames still show the loss.</summary>
    [Fact]
    public void WithoutItsLastRowLostFramesAreStillCounted()
    {
        using var outputs = Outputs.Of(Golden("both-close"));
        var file = outputs.Bytes(Recording.FileName);
        var rows = PacketList.Read(file);
        var second = rows.FindIndex(row => row.Summary.StartsWith("frame 2 ", StringComparison.Ordinal)) + 1;

        var recording = Open(SavedByWireshark.Save(file, row => row == second || row == rows.Count));
        recording.Replay(new ObservationLog());

        Assert.Contains("has no end mark", recording.CutOff);
        Assert.EndsWith("lacks at least 1 frame.", recording.Missing);
    }

    [Fact]
    public void RemovedObservationsOfEveryKindAreCounted()
    {
        using var outputs = Outputs.Of(Golden("both-close-traced"));
        var file = outputs.Bytes(Recording.FileName);
        var rows = PacketList.Read(file);

        var recording = Open(SavedByWireshark.Save(file, row => row != rows.Count && rows[row - 1].Fields.ContainsKey("TCP_KIND")));
        recording.Replay(new ObservationLog());

        Assert.Matches(@"lacks \d+ calls, \d+ samples?, .*process.* and \d+ kernel events\.$", recording.Missing);
    }

    [Fact]
    public void AFileOfAnEarlierVersionHasNoCountsAndLacksNothing()
    {
        var recording = Golden("both-close");
        recording.Replay(new ObservationLog());

        Assert.Null(recording.Missing);
        Assert.Null(recording.CutOff);
    }

    private static Recording Golden(string name) =>
        Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", name));

    private Recording Open(byte[] file)
    {
        var path = Path.Combine(_folder, "saved.pcapng");
        File.WriteAllBytes(path, file);
        return Recording.Open(path);
    }
}
