using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// A run that cannot start: exit code 2, one line on stderr, nothing on stdout, and nothing left behind.
/// </summary>
[Collection(CommandCollection.Name)]
public sealed class TroubleTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoPrivilege() => LeavesNothing(
        new Unprivileged(_folder).Run(BothClose()).Refused("Cannot capture on lo: no privilege.", "Run as root", "--sandbox"));

    [Fact]
    public void LibpcapMissing()
    {
        var library = Command.RunProgram(["sh", "-c", "PATH=$PATH:/sbin ldconfig -p | sed -n 's/.*libpcap.so.0.8 .*=> //p' | head -1 | xargs readlink -f"]).Output.Trim();
        Assert.SkipUnless(File.Exists(library), "libpcap is not installed where ldconfig would find it");
        // In its own mount namespace the library is an empty file.
        LeavesNothing(MountNamespace.Run("mount --bind /dev/null \"$1\" && shift && exec \"$0\" \"$@\"", [library, .. BothClose()])
            .Refused("libpcap is not installed", "apt-get install libpcap0.8"));
        var doctor = MountNamespace.Run("mount --bind /dev/null \"$1\" && exec \"$0\" doctor", library).Succeeded();
        Assert.Matches(@"(?m)^no   libpcap +missing: apt-get install libpcap0\.8", doctor.Output);
        Assert.True(new FileInfo(library).Length > 0, "the machine's own library has been touched");
    }

    [Fact]
    public void UnknownInterface() =>
        LeavesNothing(Command.Run(BothClose("-i", "nosuch0")).Refused("\"nosuch0\"", "there is no such interface", "Available interfaces: ", "lo"));

    [Fact]
    public void InterfaceDown() => LeavesNothing(
        Command.RunProgram(["unshare", "--net", "--", Command.File, .. BothClose()]).Refused("lo: the interface is down", "ip link set lo up"));

    [Fact]
    public void PortInUse()
    {
        using var other = new TcpListener(IPAddress.Loopback, int.Parse(_port, CultureInfo.InvariantCulture));
        other.Start();
        LeavesNothing(Command.Run(BothClose()).Refused($"Port {_port} is in use", "ss -ltnp", "--port"));
    }

    [Fact]
    public void TwoRunsOnOnePort()
    {
        var first = Path.Combine(_folder.Path, "first");
        using var command = Command.Start("run", "both-close", "--port", _port, "--output", first, "--follow");
        command.WaitUntil(() => Sockets.States("sport", _port).SequenceEqual(["LISTEN", "TIME-WAIT"]), "the first run follows TIME_WAIT");
        LeavesNothing(Command.Run(BothClose()).Refused($"Port {_port} is in use"));
        command.Signal("INT");
        command.Wait().Succeeded();
        Assert.Equal(21, CsvFile.Read(Path.Combine(first, "timeline.csv")).Count(row => row["kind"] == "segment")); // only its own segments
    }

    [Theory]
    [InlineData("192.0.2.77")]
    [InlineData("2001:db8::77")]
    public void AddressNotLocal(string address) =>
        LeavesNothing(Command.Run(BothClose("--address", address)).Refused($"{address} is not an address of this machine", "ip address"));

    [Theory]
    [InlineData("tcp port")]
    [InlineData("no such words")]
    [InlineData(") or (")]
    public void BadFilter(string filter) =>
        LeavesNothing(Command.Run(BothClose("--filter", filter)).Refused($"({filter})", "man pcap-filter"));

    [Fact]
    public void OutputFolderNotWritable()
    {
        // Root can write everywhere except on a read-only file system.
        MountNamespace.Run("mount -t tmpfs -o ro tmpfs \"$1\" && shift && exec \"$0\" \"$@\"", [_folder.Path, .. BothClose()])
            .Refused($"{_folder.Output} cannot be written", "--output");
        File.WriteAllText(_folder.Output, "a file");
        Command.Run(BothClose()).Refused($"{_folder.Output} is a file", "--output");
        Assert.Equal("a file", File.ReadAllText(_folder.Output));
        File.Delete(_folder.Output);
    }

    [Fact]
    public void OutputFolderNotWritableForThisUser()
    {
        var nobody = new Unprivileged(_folder);
        Directory.CreateDirectory(_folder.Output); // owned by root
        nobody.Run(BothClose("--sandbox")).Refused($"{_folder.Output} cannot be written", "--output");
        Assert.Empty(_folder.OutputNames);
    }

    [Fact]
    public void OutputFolderNotEmpty()
    {
        Directory.CreateDirectory(_folder.Output);
        File.WriteAllText(_folder.In("timeline.csv"), "somebody's");
        File.WriteAllText(_folder.In("notes.txt"), "somebody's");
        Command.Run(BothClose()).Refused($"{_folder.Output} is not empty", "--output", "--force");
        Assert.Equal("somebody's", File.ReadAllText(_folder.In("timeline.csv")));
        Assert.Equal(["notes.txt", "timeline.csv"], _folder.OutputNames);

        Command.Run(BothClose("--force")).Succeeded();
        Assert.Equal(
            ["capture.pcap", "connections.csv", "notes.txt", "report.html", "syn-retransmits.csv", "timeline.csv", "timeline.pcapng"], _folder.OutputNames);
        Assert.Equal("somebody's", File.ReadAllText(_folder.In("notes.txt")));
        Assert.StartsWith("event,time,", CsvFile.Header(_folder.In("timeline.csv")));
    }

    private string[] BothClose(params string[] more) => ["run", "both-close", "--port", _port, "--output", _folder.Output, .. more];

    private void LeavesNothing(CommandResult run)
    {
        Assert.Empty(run.Output);
        Assert.False(Directory.Exists(_folder.Output), "the output folder is left behind");
    }
}
