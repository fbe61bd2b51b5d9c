using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.SystemTests.Cli;

/// <summary>After SIGKILL, the programs continue to run, and the next start cleans up.</summary>
[SupportedOSPlatform("linux")]
[Collection(CommandCollection.Name)]
public sealed class ExecKilledTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public ExecKilledTests() => ObservedPrograms.SkipUnlessInstalled("python3");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheNextStartRemovesTheTraceAndNamesTheProcessOnThePort()
    {
        Scenarios.Requirements.SkipUnlessRoot();
        using var filesystem = TraceFilesystem.Open();
        var (serverFile, clientFile) = (Path.Combine(_folder.Path, "server"), Path.Combine(_folder.Path, "client"));
        var client = $"import os, socket, time; c = socket.create_connection(('127.0.0.1', {_port})); c.sendall(b'x'); "
            + $"open('{clientFile}.new', 'w').write(str(os.getpid())); os.rename('{clientFile}.new', '{clientFile}'); time.sleep(60)";
        using var command = Command.Start(
            "exec", "--port", _port, "--output", _folder.Output,
            "--server", $"sh -c 'echo $$ >\"{serverFile}\"; exec python3 \"{ObservedPrograms.Server}\" {_port} >/dev/null 2>&1'", "--",
            "sh", "-c", "exec python3 -c \"$0\" >/dev/null 2>&1", client);
        command.WaitUntil(() => File.Exists(clientFile), "the client is connected");
        var (serverId, clientId) = (File.ReadAllText(serverFile).Trim(), File.ReadAllText(clientFile));
        try
        {
            Assert.True(InstancesOf(command.Id, filesystem) > 1, "states and calls have an instance each");
            command.Signal("KILL");
            Assert.Equal(137, command.Wait().ExitCode);
            Assert.True(Directory.Exists($"/proc/{serverId}") && Directory.Exists($"/proc/{clientId}"), "the programs go on");

            var next = Path.Combine(_folder.Path, "next");
            Command.Run("exec", "--port", _port, "--output", next, "--server", $"python3 '{ObservedPrograms.Server}' {_port}", "--", "true")
                .Refused($"python3 ({serverId}) already listens");
            Assert.Equal(0, Command.Run("exec", "--port", _port, "--output", next, "--", "true").ExitCode);
            Assert.Equal(0, InstancesOf(command.Id, filesystem));
        }
        finally
        {
            Command.RunProgram(["kill", serverId, clientId]);
        }

        var shown = Command.Run("show", _folder.RawRecording).Succeeded().Output;
        Assert.Contains("• The recording was cut off: ", shown);
    }

    private static int InstancesOf(int process, TraceFilesystem filesystem) => Directory.EnumerateDirectories(filesystem.Root + "/instances")
        .Count(path => TraceInstanceName.TryParse(Path.GetFileName(path), out var name) && name.ProcessId == process);
}
