namespace TcpCapture.SystemTests.Cli;

/// <summary>A timeline.pcapng saved by other programs is shown unchanged, or with one line about the missing parts.</summary>
[Collection(CommandCollection.Name)]
public sealed class SavedByOthersTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Recorded => _folder.In("timeline.pcapng");

    private string Saved => Path.Combine(_folder.Path, "saved.pcapng");

    [Theory]
    [InlineData("both-close", "tshark -r IN -w OUT")]
    [InlineData("refused", "tshark -r IN -w OUT")]
    [InlineData("both-close", "editcap IN OUT")]
    [InlineData("data-after-close", "editcap IN OUT")]
    [InlineData("both-close", "mergecap -w OUT IN")]
    public void ASavedCopyIsTheSameRecording(string scenario, string command)
    {
        Run(scenario);
        Save(command);

        Assert.Equal(Show(Recorded), Show(Saved));
    }

    [Fact]
    public void MissingFramesAreCounted()
    {
        Run("both-close");
        var frames = SegmentsOracle.Read(Recorded, "frame.number", "frame.packet_id").Select(line => line.Split('\t'))
            .Where(row => row[1].Length > 0).Select(row => row[0]).ToArray();

        Save($"editcap IN OUT {frames[0]} {frames[5]} {frames[^1]}");
        Assert.Contains("Part of the recording is missing: its file was changed after it was recorded and lacks 3 frames.", Flat(Show(Saved)));

        Save("tshark -r IN -Y tcp -w OUT"); // like "export specified packets" with a display filter
        var shown = Flat(Show(Saved));
        Assert.Contains("has no end mark", shown);
        Assert.DoesNotContain("Part of the recording is missing", shown); // no frame is missing, and other missing blocks cannot be detected

        Save($"editcap -r IN OUT {frames[3]}-{frames[7]}");
        Assert.Contains("and lacks at least", Flat(Show(Saved)));
    }

    [Fact]
    public void AnUnreadableOrIncompleteRecordingIsReportedInOneLine()
    {
        Run("refused");
        Save($"editcap {_folder.In("capture.pcap")} OUT");
        Command.Run("show", Saved).Refused("not a recording of TcpCapture", "saved.pcapng");

        var whole = File.ReadAllBytes(Recorded);
        File.WriteAllBytes(Saved, whole[..40]);
        Command.Run("show", Saved).Refused("cut off within its header");
        File.WriteAllBytes(Saved, [.. whole[..8], .. whole[8..12].Reverse(), .. whole[12..]]); // the other byte order
        Command.Run("show", Saved).Refused("saved.pcapng is damaged", "an undamaged copy");
        File.WriteAllBytes(Saved, [.. whole, .. whole]);
        Command.Run("show", Saved).Refused("has a second section at byte " + whole.Length);
        File.WriteAllBytes(Saved, whole[..^30]);
        Assert.Contains($"ends in the middle of a block, at byte", Flat(Show(Saved)));
    }

    private void Run(string scenario) => Command.Run("run", scenario, "--port", Ports.Next(), "--output", _folder.Output).Succeeded();

    private void Save(string command)
    {
        string[] words = [.. command.Split(' ').Select(word => word == "IN" ? Recorded : word == "OUT" ? Saved : word)];
        Assert.SkipUnless(File.Exists("/usr/bin/" + words[0]), $"needs {words[0]}, which saves the file");
        var run = Command.RunProgram(words);
        Assert.True(run.ExitCode == 0, run.ToString());
    }

    private static string Show(string file) => Command.Run("show", file).Succeeded().Output;

    /// <summary>The text without the ladder's line breaks.</summary>
    private static string Flat(string output) => string.Join(' ', output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
