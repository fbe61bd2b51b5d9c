using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Runs the built command, or a program that starts it, as a shell does.</summary>
internal sealed class Command : IDisposable
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private Command(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The command's build folder.</summary>
    public static string Folder { get; } = Path.GetFullPath(typeof(Command).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "CommandFolder").Value!);

    /// <summary>The command's file.</summary>
    public static string File { get; } = Path.Combine(Folder, "tcpcapture");

    public int Id => _process.Id;

    /// <summary>Runs the command to its end.</summary>
    public static CommandResult Run(params string[] arguments) => RunProgram([File, .. arguments]);

    /// <summary>Runs a program to its end; <paramref name="environment"/> adds to a plain one.</summary>
    public static CommandResult RunProgram(string[] program, params (string Name, string Value)[] environment)
    {
        using var command = StartProgram(program, environment);
        return command.Wait();
    }

    /// <summary>Starts the command.</summary>
    public static Command Start(params string[] arguments) => StartProgram([File, .. arguments]);

    /// <summary>Starts a program. Environment variables of the tests that affect colours are removed.</summary>
    public static Command StartProgram(string[] program, params (string Name, string Value)[] environment)
    {
        Scenarios.Requirements.SkipUnlessRoot();
        var start = new ProcessStartInfo(program[0], program[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment.Remove("NO_COLOR");
        start.Environment["TERM"] = "xterm";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new Command(start);
    }

    /// <summary>Sends a signal to the process, or to its process group.</summary>
    public void Signal(string name, bool group = false)
    {
        using var kill = Process.Start("kill", ["-s", name, "--", group ? $"-{Id}" : $"{Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits until a condition holds; fails on a timeout or if the process ends first.</summary>
    public void WaitUntil(Func<bool> holds, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < LongestRun, $"timed out waiting until {what}");
            if (_process.WaitForExit(TimeSpan.FromMilliseconds(10))) Assert.Fail($"the command ended before {what}: {Wait()}");
        }
    }

    /// <summary>Waits for the process to end.</summary>
    public CommandResult Wait()
    {
        Assert.True(_process.WaitForExit(LongestRun), $"{_process.StartInfo.FileName} did not end within {LongestRun}");
        return new CommandResult(_process.ExitCode, _output.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
