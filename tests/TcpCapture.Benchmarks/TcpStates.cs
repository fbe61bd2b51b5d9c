using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TcpCapture.Benchmarks;

/// <summary>Runs tcpstates of bpfcc-tools for all ports, with its output in a file.</summary>
/// <remarks>
/// It compiles a program against the kernel's headers when it starts. Where there are none, the variable TCPSTATES names a
/// script that gives it some: <c>tcpstates.sh</c> is one.
/// </remarks>
internal sealed partial class TcpStates : IDisposable
{
    private const string Variable = "TCPSTATES";
    private const string Usual = "/usr/sbin/tcpstates-bpfcc";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-tcpstates-");
    private readonly Process _process;

    /// <summary>Starts it and waits for its first lines.</summary>
    /// <exception cref="InvalidOperationException">It does not run here; the message has its last line.</exception>
    public TcpStates()
    {
        _process = Process.Start("sh", ["-c", "exec \"$0\" >\"$1\" 2>\"$2\"", Command, Lines, Errors]);
        var begin = Stopwatch.GetTimestamp();
        while (!File.Exists(Lines) || new FileInfo(Lines).Length == 0) // it keeps what it prints until some pages are full
        {
            if (_process.WaitForExit(TimeSpan.FromMilliseconds(100)) || Stopwatch.GetElapsedTime(begin) > Patience)
            {
                var why = File.Exists(Errors) ? File.ReadLines(Errors).LastOrDefault() : null;
                Dispose();
                throw new InvalidOperationException($"{Command} does not run here: {why}");
            }

            for (var i = 0; i < 20; i++) new LoopbackConnection().Dispose();
        }
    }

    /// <summary>CPU time used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    private static string Command => Environment.GetEnvironmentVariable(Variable) ?? Usual;
    private string Lines => Path.Combine(_folder.FullName, "lines");
    private string Errors => Path.Combine(_folder.FullName, "errors");

    /// <summary>Ends it; returns the number of printed changes of a port, and of lost changes of any port.</summary>
    public (long Printed, long Lost) Stop(ushort port)
    {
        using (var kill = Process.Start("kill", ["-s", "INT", _process.Id.ToString(CultureInfo.InvariantCulture)])) kill.WaitForExit();
        _process.WaitForExit();
        var field = string.Create(CultureInfo.InvariantCulture, $" {port} ");
        var lost = File.ReadLines(Errors).Select(line => LostLine().Match(line)).Where(match => match.Success)
            .Sum(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        return (File.ReadLines(Lines).LongCount(line => line.Contains(field, StringComparison.Ordinal)), lost);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex(@"lost (\d+) samples")]
    private static partial Regex LostLine();
}
