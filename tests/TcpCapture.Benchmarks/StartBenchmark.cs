using System.Diagnostics;
using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>The time from the start of the built command to its end, and its parts by the recording's timestamps.</summary>
internal sealed class StartBenchmark : IBenchmark
{
    private const int Runs = 20;
    private const int Port = 12347;
    private const string Command = "src/TcpCapture.Cli/bin/Release/net10.0/tcpcapture";

    private readonly string? _command = Find();

    public string Name => "start";

    public string? Obstacle => _command is null
        ? $"there is no {Command}: dotnet build -c Release src/TcpCapture.Cli"
        : CannotRun();

    public IEnumerable<Row> Run()
    {
        yield return Times("tcpcapture --version", Enumerable.Range(0, Runs).Select(_ => Start("--version")), "the floor");
        var runs = Enumerable.Range(0, Runs).Select(_ => RunOnce()).ToArray();
        yield return Times("run both-close", runs.Select(r => r.Total), "1.5 s allowed");
        yield return Times("of it: start to recording", runs.Select(r => r.BeforeRecording));
        yield return Times("of it: recording to first call", runs.Select(r => r.BeforeCalls));
        yield return Times("of it: exchange", runs.Select(r => r.Exchange));
        yield return Times("in that: wait for the delayed ACK", runs.Select(r => r.DelayedAck), "the kernel's 40 ms");
        yield return Times("of it: last call to end of recording", runs.Select(r => r.Draining), "last look, draining the capture");
        yield return Times("of it: export, ladder, prompt", runs.Select(r => r.AfterRecording));
    }

    private StartTimes RunOnce()
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-benchmark-");
        try
        {
            var begin = Timestamp.Now;
            var total = Start("run", "both-close", "--output", folder.FullName, "--port", Port.ToString(CultureInfo.InvariantCulture));
            return StartTimes.Read(Recording.Open(folder.FullName), begin, total);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs the command and returns its duration in nanoseconds.</summary>
    private double Start(params string[] arguments)
    {
        var begin = Stopwatch.GetTimestamp();
        var (code, said) = Execute(arguments);
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
        return code == 0 ? elapsed : throw new InvalidOperationException($"tcpcapture {arguments[0]} ended with {code}: {said}");
    }

    private (int Code, string Said) Execute(params string[] arguments)
    {
        var start = new ProcessStartInfo(_command!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{_command} does not start.");
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors.Result.Trim());
    }

    /// <summary>Why a run cannot be measured; usually the privilege to capture is missing.</summary>
    private string? CannotRun()
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-benchmark-");
        try
        {
            var (code, said) = Execute(
                "run", "both-close", "--output", folder.FullName, "--port", Port.ToString(CultureInfo.InvariantCulture));
            return code == 0 ? null : said;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Row Times(string what, IEnumerable<double> nanoseconds, string remark = "") =>
        new(what, "run", Spread.Of(nanoseconds), Remark: remark);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var command = Path.Combine(folder.FullName, Command);
            if (File.Exists(command)) return command;
        }

        return null;
    }
}
