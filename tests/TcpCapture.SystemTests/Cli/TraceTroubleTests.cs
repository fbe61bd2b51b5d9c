using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// Without a working kernel trace, a recording uses the next best source and says so. Other tracers are not disturbed, and
/// the next start removes all remains.
/// </summary>
[SupportedOSPlatform("linux")]
[Collection(CommandCollection.Name)]
public sealed class TraceTroubleTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public void Dispose() => _folder.Dispose();

    /// <summary>tracefs is not mounted: the command uses a private mount.</summary>
    [Fact]
    public void TracefsNotMounted()
    {
        var run = MountNamespace.Run(
            "mount -t tmpfs tmpfs \"$1\" && umount -a -t tracefs; shift; cat /proc/self/mounts >\"$1.before\"; "
            + "out=$1; shift; \"$0\" \"$@\" || exit; cat /proc/self/mounts >\"$out.after\"; cmp \"$out.before\" \"$out.after\"",
            ["/sys/kernel/tracing", Path.Combine(_folder.Path, "mounts"), .. BothClose("--states", "traced")]);
        run.Succeeded();
        Assert.Contains("states: traced, as asked for", run.Output);
        HasTracedChanges();
    }

    /// <summary>The kernel refuses the mount: no CAP_SYS_ADMIN, as in a container.</summary>
    [Fact]
    public void TracefsRefused()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "giving up a capability needs setpriv (util-linux)");
        var where = Directory.CreateDirectory(Path.Combine(_folder.Path, "empty")).FullName;
        CommandResult Run(params string[] arguments) => MountNamespace.Run(
            "umount -a -t tracefs; mount --bind \"$1\" /sys/kernel/tracing; shift; "
            + "exec setpriv --bounding-set -sys_admin --inh-caps -sys_admin -- \"$0\" \"$@\"",
            [where, .. arguments]);

        var auto = Run(BothClose()).Succeeded();
        GoesOnSampled(auto, "not traced, because the kernel's tracefs cannot be reached", "CAP_SYS_ADMIN");
        Run(["run", "refused", "--port", _port, "--states", "traced", "--output", Path.Combine(_folder.Path, "other")])
            .Refused("States cannot be traced: the kernel's tracefs cannot be reached", "run as root", "--states sampled");
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "other")));
    }

    /// <summary>tracefs is mounted read-only.</summary>
    [Fact]
    public void TracefsReadOnly()
    {
        // Only this mount is read-only: all mounts of tracefs are the same file system.
        const string readOnly = "umount -a -t tracefs; mount -t tracefs tracefs /sys/kernel/tracing && mount -o remount,bind,ro /sys/kernel/tracing && exec \"$0\" \"$@\"";
        var auto = MountNamespace.Run(readOnly, BothClose()).Succeeded();
        GoesOnSampled(auto, "not traced, because the kernel's tracefs refused a request (Read-only file system");
        MountNamespace.Run(readOnly, ["run", "refused", "--port", _port, "--states", "traced", "--output", Path.Combine(_folder.Path, "other")])
            .Refused("States cannot be traced", "Read-only file system", "--states sampled");
    }

    [Fact]
    public void AnotherTracerIsNotTouched()
    {
        using var filesystem = Tracefs();
        var foreign = $"{filesystem.Root}/instances/livetest-{Environment.ProcessId}";
        var change = foreign + "/events/sock/inet_sock_set_state";
        Directory.CreateDirectory(foreign);
        try
        {
            File.WriteAllText(change + "/filter", $"sport=={_port}||dport=={_port}");
            File.WriteAllText(change + "/enable", "1");
            string[] settings = ["tracing_on", "trace_clock", "buffer_size_kb", "current_tracer", "set_event", "events/sock/inet_sock_set_state/filter"];
            string[] Read() => [.. settings.Select(file => File.ReadAllText($"{foreign}/{file}")), .. settings[..4].Select(file => File.ReadAllText($"{filesystem.Root}/{file}"))];
            var before = Read();

            Command.Run(BothClose("--states", "traced")).Succeeded();

            Assert.Equal(before, Read());
            HasTracedChanges();
            var theirs = File.ReadLines(foreign + "/trace").Count(line => line.Contains("inet_sock_set_state:", StringComparison.Ordinal));
            Assert.InRange(theirs, 10, 20); // it has traced both ends and the listener
        }
        finally
        {
            if (Directory.Exists(foreign)) Directory.Delete(foreign);
        }
    }

    [Fact]
    public void AfterSigkillTheNextStartCleansAndTheRecordingCanBeShown()
    {
        SkipWhereNoTimeWaitCanBe();
        using var filesystem = Tracefs();
        using var command = Command.Start(BothClose("--states", "traced", "--follow"));
        command.WaitUntil(() => Sockets.States("sport", _port).Contains("TIME-WAIT"), "ss shows TIME-WAIT");
        command.WaitUntil(() => new FileInfo(_folder.RawRecording).Length > 10_000, "the exchange is on disk");
        bool IsTheKilledOnes(string name) => TraceInstanceName.TryParse(name, out var parsed) && parsed.ProcessId == command.Id;
        Assert.Contains(Instances(filesystem), IsTheKilledOnes);
        command.Signal("KILL");
        Assert.Equal(137, command.Wait().ExitCode);
        Assert.Contains(Instances(filesystem), IsTheKilledOnes);

        var shown = Command.Run("show", _folder.RawRecording).Succeeded().Output;
        Assert.Contains("● traced", shown);
        Assert.Contains("• The recording was cut off: ", shown);
        Assert.Contains(Instances(filesystem), IsTheKilledOnes); // show does not start a trace
        Command.Run("run", "refused", "--port", _port, "--output", Path.Combine(_folder.Path, "next")).Succeeded();
        Assert.DoesNotContain(Instances(filesystem), IsTheKilledOnes);
    }

    /// <summary>The reader is stopped while the buffers overflow.</summary>
    [Fact]
    public void LostEventsAreCountedAndReported()
    {
        SkipWhereNoTimeWaitCanBe();
        using var filesystem = Tracefs();
        using var command = Command.Start(BothClose("--states", "traced", "--follow"));
        command.WaitUntil(() => Sockets.States("sport", _port).Contains("TIME-WAIT"), "ss shows TIME-WAIT");
        var instance = Instances(filesystem).Single(name => TraceInstanceName.TryParse(name, out var parsed) && parsed.ProcessId == command.Id);
        File.WriteAllText($"{filesystem.Root}/instances/{instance}/buffer_size_kb", "8");
        command.Signal("STOP");
        try
        {
            // This address is not captured: only the trace contains its events.
            var port = int.Parse(_port, CultureInfo.InvariantCulture);
            for (var i = 0; i < 500; i++)
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                Assert.Throws<SocketException>(() => socket.Connect(IPAddress.Parse("127.0.0.2"), port));
            }
        }
        finally
        {
            command.Signal("CONT");
        }

        command.Signal("INT");
        command.Wait().Succeeded();
        var timeline = CsvFile.Read(_folder.In("timeline.csv"));
        var finding = Assert.Single(timeline, row => row["kind"] == "finding" && row["note"].Contains("were lost or unreadable", StringComparison.Ordinal));
        Assert.InRange(int.Parse(finding["note"].Split(' ')[0], CultureInfo.InvariantCulture), 100, 1_000_000);
        HasTracedChanges();
        Assert.Single(CsvFile.Read(_folder.In("connections.csv")));
    }

    [Fact]
    public void InAPrivateNetworkNamespace()
    {
        var run = Command.Run(BothClose("--states", "traced", "--sandbox")).Succeeded();
        Assert.Contains("states: traced, as asked for", run.Output);
        HasTracedChanges();
    }

    [Fact]
    public void TwoRunsAtOnceOnDifferentPorts()
    {
        SkipWhereNoTimeWaitCanBe();
        TwoAtOnce(Ports.Next());
    }

    [Fact]
    public void TwoRunsAtOnceOnOnePortInTwoNamespaces() => TwoAtOnce(_port, "--sandbox");

    /// <summary>Neither run records the other's connections or state changes.</summary>
    private void TwoAtOnce(string otherPort, params string[] more)
    {
        var other = Path.Combine(_folder.Path, "other");
        using var first = Command.Start(BothClose(["--states", "traced", .. more]));
        using var second = Command.Start(["run", "both-close", "--states", "traced", "--port", otherPort, "--output", other, .. more]);
        first.Wait().Succeeded();
        second.Wait().Succeeded();
        foreach (var folder in (string[])[_folder.Output, other])
        {
            Assert.Single(CsvFile.Read(Path.Combine(folder, "connections.csv")));
            var changes = CsvFile.Read(Path.Combine(folder, "timeline.csv")).Where(row => row["kind"] == "state").ToArray();
            Assert.Equal(
                ["LISTEN", "SYN_RECV", "ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT"],
                changes.Where(row => row["side"] == "server").Select(row => row["new_state"]));
            Assert.Equal(
                ["SYN_SENT", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED"],
                changes.Where(row => row["side"] == "client").Select(row => row["new_state"]));
        }
    }

    private string[] BothClose(params string[] more) => ["run", "both-close", "--port", _port, "--output", _folder.Output, .. more];

    private void GoesOnSampled(CommandResult run, params string[] why)
    {
        var output = string.Join(' ', run.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)); // the text is wrapped
        Assert.Contains("states: sampled, the best source here", output);
        foreach (var part in why) Assert.Contains(part, output);
        var evidence = CsvFile.Read(_folder.In("timeline.csv")).Select(row => row["evidence"]).ToHashSet();
        Assert.Contains("sampled", evidence);
        Assert.DoesNotContain("traced", evidence);
    }

    private void HasTracedChanges() =>
        Assert.InRange(CsvFile.Read(_folder.In("timeline.csv")).Count(row => row["evidence"] == "traced"), 8, 12);

    /// <summary>After very many closes, the kernel's limit of TIME_WAIT sockets is reached, and it ends new ones at once.</summary>
    private static void SkipWhereNoTimeWaitCanBe()
    {
        var most = int.Parse(File.ReadAllText("/proc/sys/net/ipv4/tcp_max_tw_buckets"), CultureInfo.InvariantCulture);
        var words = File.ReadLines("/proc/net/sockstat").Single(line => line.StartsWith("TCP:", StringComparison.Ordinal)).Split(' ').ToList();
        var waiting = int.Parse(words[words.IndexOf("tw") + 1], CultureInfo.InvariantCulture);
        Assert.SkipWhen(waiting > most - 1000, $"{waiting} sockets are in TIME_WAIT (tcp_max_tw_buckets {most}): there is no room for another; wait a minute");
    }

    private static TraceFilesystem Tracefs()
    {
        Scenarios.Requirements.SkipUnlessRoot();
        return TraceFilesystem.Open();
    }

    private static List<string> Instances(TraceFilesystem filesystem) =>
        [.. Directory.EnumerateDirectories(filesystem.Root + "/instances").Select(path => Path.GetFileName(path))];
}
