using System.Diagnostics;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Errors of programs are reported in one line; their output, signals and exit codes pass through.</summary>
[Collection(CommandCollection.Name)]
public sealed class ExecTroubleTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public ExecTroubleTests() => ObservedPrograms.SkipUnlessInstalled("python3");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheExitCodeAndTheStreamsAreTheClients()
    {
        var run = Exec("--", "sh", "-c", "echo to stdout; echo to stderr >&2; exit 7");
        Assert.Equal((7, "to stdout\n"), (run.ExitCode, run.Output));
        Assert.StartsWith("to stderr\ntcpcapture: 0 connections, 0 segments", run.Error);
        Assert.Contains("was captured: check the port", run.Error);
    }

    [Fact]
    public void AKilledClientGivesItsSignalAndACompleteRecording()
    {
        var server = $"python3 '{ObservedPrograms.Server}' {_port}";
        var run = Exec("--server", server, "--", "python3", "-c", $"import os, socket; socket.create_connection(('127.0.0.1', {_port})); os.kill(os.getpid(), 9)");
        Assert.Equal(137, run.ExitCode);
        var connection = Assert.Single(CsvFile.Read(_folder.In("connections.csv")));
        Assert.Equal(("SF", "client"), (connection["conn_state"], connection["closed_by"]));
        Assert.Matches(@"^python3?[.\d]*\[\d+\]$", connection["process_client"]);
    }

    [Theory]
    [InlineData("INT", "SIGINT")]
    [InlineData("TERM", "SIGTERM")]
    [InlineData("HUP", "SIGHUP")]
    public void ASignalIsPassedToTheProgramsAndTheRecordingIsFinished(string signal, string name)
    {
        var ready = Path.Combine(_folder.Path, "ready");
        using var command = Command.Start("exec", "--port", _port, "--output", _folder.Output, "--", "python3", "-c",
            $"import signal, sys; signal.signal(signal.{name}, lambda *_: sys.exit(5)); open('{ready}', 'w'); signal.pause()");
        command.WaitUntil(() => File.Exists(ready), "the client is ready");
        command.Signal(signal);
        Assert.Equal(5, command.Wait().ExitCode);
        Assert.Contains("timeline.csv", _folder.OutputNames);
    }

    [Fact]
    public void ASecondInterruptKillsThePrograms()
    {
        var ready = Path.Combine(_folder.Path, "ready");
        using var command = Command.Start("exec", "--port", _port, "--output", _folder.Output, "--", "python3", "-c",
            $"import signal, sys; signal.signal(signal.SIGINT, lambda *_: open('{ready}2', 'w')); open('{ready}', 'w')\nwhile True: signal.pause()");
        command.WaitUntil(() => File.Exists(ready), "the client is ready");
        command.Signal("INT");
        command.WaitUntil(() => File.Exists(ready + "2"), "the client has had the first one");
        command.Signal("INT");
        Assert.Equal(137, command.Wait().ExitCode);
        Assert.Contains("timeline.csv", _folder.OutputNames);
    }

    [Fact]
    public void OnlyStartedProcessesAreStopped()
    {
        using var other = Command.StartProgram(["sleep", "60"]);
        var pids = Path.Combine(_folder.Path, "pids");
        // The server starts a child process and does not end by itself.
        var server = $"sh -c 'trap \"\" TERM; sleep 61 & echo $$ $! > \"{pids}\"; exec python3 -c \"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); exec(open(\\\"{ObservedPrograms.Server}\\\").read())\" {_port}'";
        var run = Exec("--server", server, "--", "true");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("did not end when asked to (SIGTERM) and was killed (SIGKILL)", run.Error);
        Assert.All(File.ReadAllText(pids).Split(' ', '\n', StringSplitOptions.RemoveEmptyEntries), pid => Assert.False(Directory.Exists($"/proc/{pid}"), $"{pid} lives"));
        Assert.True(Directory.Exists($"/proc/{other.Id}"));
    }

    [Fact]
    public void AServerInTheBackgroundIsAwaitedAndStopped()
    {
        var pid = Path.Combine(_folder.Path, "pid");
        var run = Exec("--server", $"sh -c 'python3 \"{ObservedPrograms.Server}\" {_port} & echo $! > \"{pid}\"'", "--", "python3", ObservedPrograms.Client, _port);
        Assert.Equal((0, "Finish!\n"), (run.ExitCode, run.Output));
        Assert.False(Directory.Exists("/proc/" + File.ReadAllText(pid).Trim()));
    }

    [Fact]
    public void UntilServerWaitsForTheServersEnd()
    {
        var done = Path.Combine(_folder.Path, "done");
        var server = $"python3 -c \"import socket, time; s = socket.create_server(('127.0.0.1', {_port})); c, _ = s.accept(); c.recv(1); time.sleep(0.5); open('{done}', 'w')\"";
        var run = Exec("--until-server", "--server", server, "--", "python3", "-c", $"import socket; socket.create_connection(('127.0.0.1', {_port}))");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.True(File.Exists(done));
    }

    [Fact]
    public void DurationTerminatesTheClient()
    {
        var watch = Stopwatch.StartNew();
        var run = Exec("--duration", "1s", "--", "sleep", "50");
        Assert.Equal(143, run.ExitCode);
        Assert.Contains("The time limit has passed", run.Error);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(40));
    }

    [Fact]
    public void AProgramThatCannotRunIsReportedInOneLineAndLeavesNothing()
    {
        Exec("--", "no-such-program").Refused("There is no program 'no-such-program' in PATH");
        Exec("--", "/etc/passwd").Refused("/etc/passwd cannot be executed");
        Exec("--", "/tmp").Refused("/tmp is a folder");
        Exec("--server", "no-such-server", "--", "true").Refused("There is no program 'no-such-server'");
        Exec("--server", "false", "--", "true").Refused($"The server ended with exit code 1 before it listened on port {_port}");
        Exec("--server", "sleep 60", "--server-timeout", "300ms", "--", "true").Refused("did not listen on port", "within 0.3 s", "it listens on no TCP port");
        var elsewhere = Ports.Next();
        Exec("--server", $"python3 '{ObservedPrograms.Server}' {elsewhere}", "--server-timeout", "2s", "--", "true").Refused($"it listens on {elsewhere} instead");
        var script = Path.Combine(_folder.Path, "script");
        File.WriteAllText(script, "true\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        Exec("--", script).Refused("a script without a '#!' line");
        Assert.False(Directory.Exists(_folder.Output));
    }

    [Fact]
    public void AnotherProcessOnThePortIsNotTakenForTheServer()
    {
        using var server = new HttpServerProcess(_folder.Path, _port);
        Exec("--server", $"python3 '{ObservedPrograms.Server}' {_port}", "--", "true")
            .Refused("python3 (", $"already listens on 127.0.0.1:{_port}", "leave out --server");
    }

    [Fact]
    public void AFolderThatIsNotEmptyIsNotChanged()
    {
        Directory.CreateDirectory(_folder.Output);
        File.WriteAllText(_folder.In("mine"), "");
        Exec("--", "true").Refused("is not empty", "--force");
        Assert.Equal(["mine"], _folder.OutputNames);
    }

    [Theory]
    [InlineData("Write the client's command after '--'", "exec", "--port", "80", "curl", "-v")]
    [InlineData("Write the client's command after '--'", "exec", "--port", "80", "--")]
    [InlineData("Name the port to observe", "exec", "--", "true")]
    [InlineData("not '70000'", "exec", "--port", "70000", "--", "true")]
    [InlineData("a quotation mark (') is not closed", "exec", "--port", "80", "--server", "a 'b", "--", "true")]
    [InlineData("'>' needs a shell", "exec", "--port", "80", "--server", "a > b", "--", "true")]
    [InlineData("--until-server needs a server", "exec", "--port", "80", "--until-server", "--", "true")]
    public void WrongUsageIsReported(string what, params string[] arguments)
    {
        var run = Command.Run(arguments);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(what, run.Error);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void PrivateNamespaceHoldsBothProgramsAndNeedsNoRoot()
    {
        var user = new Unprivileged(_folder);
        string[] arguments = ["exec", "--sandbox", "--port", _port, "--output", _folder.Output, "--server",
            $"python3 -m http.server {_port} --bind 127.0.0.1 --directory {_folder.Path}", "--", "curl", "-s", "-o", "/dev/null", $"http://127.0.0.1:{_port}/"];
        ObservedPrograms.SkipUnlessInstalled("curl");
        Assert.SkipUnless(user.Run("exec", "--sandbox", "--port", _port, "--output", _folder.Output + "0", "--", "true").ExitCode == 0, "unprivileged namespaces are forbidden here");
        var run = user.Run(arguments);
        Assert.True(run.ExitCode == 0, run.ToString());
        var connection = Assert.Single(CsvFile.Read(_folder.In("connections.csv")));
        Assert.Equal("31", connection["completeness"]);
    }

    private CommandResult Exec(params string[] arguments) => Command.Run(["exec", "--port", _port, "--output", _folder.Output, .. arguments]);
}
