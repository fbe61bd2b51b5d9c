namespace TcpCapture.SystemTests.Cli;

/// <summary>An error that prevents or ends <c>tcpcapture record</c> is reported in one line.</summary>
[Collection(CommandCollection.Name)]
public sealed class RecordTroubleTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Name what to record: --port N or --filter EXPR.")]
    [InlineData("--port takes numbers from 1 to 65535", "--port", "80,http")]
    [InlineData("--rotate-size takes a size", "--port", "80", "--rotate-size", "99kB")]
    [InlineData("--rotate-time takes a duration of at least 1 s", "--port", "80", "--rotate-time", "900ms")]
    [InlineData("--rotate-keep needs --rotate-size or --rotate-time", "--port", "80", "--rotate-keep", "2")]
    [InlineData("Rules apply to one recording", "--port", "80", "--rotate-time", "1s", "--expect", "no resets")]
    public void WrongOptions(string said, params string[] options)
    {
        var run = Command.Run(["record", "--output", _folder.Output, .. options]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(said, run.Error);
        Assert.False(Directory.Exists(_folder.Output));
    }

    [Fact]
    public void ABadFilter() => LeavesNothing(Command.Run(
        "record", "--filter", "tcp prot 80", "--output", _folder.Output).Refused("Cannot use the filter", "tcp prot 80", "See man pcap-filter"));

    [Fact]
    public void AnUnknownInterface() => LeavesNothing(Command.Run(
        "record", "--port", _port, "-i", "nosuch0", "--output", _folder.Output).Refused("\"nosuch0\"", "there is no such interface"));

    [Fact]
    public void NoPrivilege() => LeavesNothing(new Unprivileged(_folder).Run(
        "record", "--port", _port, "--rotate-time", "1s", "--output", _folder.Output).Refused("no privilege", "Run as root"));

    [Fact]
    public void ARemovedInterfaceEndsTheRecordingAndTheFilesAreComplete()
    {
        const string Script = """
            ip link add tc0 type veth peer name tc1 && ip link set tc0 up || exit 99
            "$0" record --port 80 -i tc0 --output "$1" & recorder=$!
            while [ ! -s "$1/recording.pcapng.partial" ] && kill -0 $recorder; do :; done
            ip link del tc0
            wait $recorder
            """;
        var run = Command.RunProgram(["unshare", "--net", "--", "sh", "-c", Script, Command.File, _folder.Output]);

        run.Refused("The capture on tc0 ended early: the interface disappeared.");
        Assert.Equal(["capture.pcap", "connections.csv", "report.html", "syn-retransmits.csv", "timeline.csv", "timeline.pcapng"], _folder.OutputNames);
        Assert.Contains("• The recording ended early: The capture on tc0", Command.Run("show", _folder.Output).Succeeded().Output);
    }

    /// <summary>The recording up to the error can be shown.</summary>
    [Fact]
    public async Task AFullDiskEndsTheRecordingAndTheRawRecordingStays()
    {
        const string Script = """
            mount -t tmpfs -o size=64k tmpfs "$1" && cd "$1" || exit 99
            "$0" record --port "$2" --duration 20s --output out >/dev/null; code=$?
            "$0" show --no-pager out/recording.pcapng.partial
            exit $code
            """;
        using var pair = new EstablishedPair(_port);
        var disk = Directory.CreateDirectory(Path.Combine(_folder.Path, "disk")).FullName;
        using var ended = new CancellationTokenSource();
        var traffic = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested) pair.Exchange(10);
        });
        var run = MountNamespace.Run(Script, disk, _port);
        await ended.CancelAsync();
        await traffic;

        run.Refused("The recording could not be written to its end", "No space left", "make room", "recording.pcapng.partial");
        Assert.Contains("• The recording was cut off: ", run.Output);
    }

    private void LeavesNothing(CommandResult run)
    {
        Assert.Empty(run.Output);
        Assert.False(Directory.Exists(_folder.Output));
    }
}
