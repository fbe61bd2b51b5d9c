namespace TcpCapture.SystemTests.Cli;

/// <summary>The disk (a small tmpfs in a mount namespace) is full during recording or export.</summary>
[Collection(CommandCollection.Name)]
public sealed class DiskFullTests : IDisposable
{
    // The script lists the disk's files before the disk is unmounted.
    private const string Script = """
        disk=$1 limit=$2; shift 2
        mount -t tmpfs -o "$limit" tmpfs "$disk" && cd "$disk" || exit 99
        "$0" "$@" >/dev/null; code=$?
        ls -A; [ ! -d out ] || ls -A out
        [ ! -e out/recording.pcapng.partial ] || "$0" show out/recording.pcapng.partial | grep connection
        exit $code
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("size=4k", 2)]
    [InlineData("size=16k", 5)]
    [InlineData("size=32k", 60)]
    public void WhileRecordingNothingIsLeft(string limit, int messages)
    {
        var run = Run(limit, messages);
        run.Refused("The recording could not be written to its end", "No space left", "make room");
        Assert.Empty(run.Output);
    }

    /// <summary>The folders and the recording use three inodes, so different limits make different files fail.</summary>
    [Theory]
    [InlineData("nr_inodes=3")]
    [InlineData("nr_inodes=4")]
    [InlineData("nr_inodes=5")]
    [InlineData("nr_inodes=6")]
    [InlineData("nr_inodes=7")]
    public void WhileCreatingTheFilesTheRawRecordingIsLeft(string limit) => LeavesTheRawRecording(Run(limit, messages: 5));

    /// <summary>The exported files are larger than the recording, so a disk of 1.5 times its size is too small.</summary>
    [Fact]
    public void WhileWritingTheFilesTheRawRecordingIsLeft()
    {
        // timeline.pcapng is larger than the recording, so the rest of the disk is too small for it.
        Command.Run("run", "both-close", "--port", Ports.Next(), "--messages", "50", "--output", _folder.Output).Succeeded();
        var timeline = new FileInfo(Path.Combine(_folder.Output, "timeline.pcapng")).Length;

        LeavesTheRawRecording(Run($"size={timeline * 13 / 10}", messages: 50));
    }

    private static void LeavesTheRawRecording(CommandResult run)
    {
        run.Refused("The files could not be written to", "make room or name another folder", "recording.pcapng.partial");
        Assert.Equal(["out", "recording.pcapng.partial"], run.OutputLines.TakeWhile(line => !line.Contains("connection", StringComparison.Ordinal)));
        Assert.Matches("• connection 1, event [0-9]+: The server closed first, then the client[.]", run.Output);
    }

    private CommandResult Run(string limit, int messages)
    {
        var disk = Directory.CreateDirectory(Path.Combine(_folder.Path, "disk")).FullName;
        var run = MountNamespace.Run(
            Script, disk, limit, "run", "both-close", "--port", Ports.Next(), "--messages", $"{messages}", "--output", Path.Combine(disk, "out"));
        Assert.Empty(Directory.GetFileSystemEntries(disk)); // all files were in the namespace
        return run;
    }
}
