using System.Diagnostics;

namespace TcpCapture.Fuzz;

/// <summary>Ends the process when a run hangs or uses too much memory; its parent saves the input.</summary>
internal sealed class Watchdog : IDisposable
{
    private const long MaxMemory = 1L << 30;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10);

    private readonly Timer _timer;
    private readonly Fuzzer _fuzzer;

    public Watchdog(Fuzzer fuzzer)
    {
        _fuzzer = fuzzer;
        _timer = new Timer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200));
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (_fuzzer.Running > MaxTime) End($"a run has lasted longer than {MaxTime.TotalSeconds:F0} seconds");
        using var process = Process.GetCurrentProcess();
        if (process.WorkingSet64 > MaxMemory) End($"the process has grown to {process.WorkingSet64 >> 20} MiB");
    }

    private static void End(string why)
    {
        Console.Error.WriteLine(why);
        Environment.Exit(Program.Broken);
    }
}
