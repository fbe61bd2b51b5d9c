using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>Numbers and names of signals, equal on every Linux architecture .NET runs on.</summary>
internal static class Signals
{
    public const int SIGKILL = 9;

    private const int LastStandard = 31;

    // The signals that end a process by default.
    private static readonly Dictionary<int, string> Ending = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [3] = "SIGQUIT",
        [4] = "SIGILL",
        [5] = "SIGTRAP",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [SIGKILL] = "SIGKILL",
        [10] = "SIGUSR1",
        [11] = "SIGSEGV",
        [12] = "SIGUSR2",
        [13] = "SIGPIPE",
        [14] = "SIGALRM",
        [15] = "SIGTERM",
        [16] = "SIGSTKFLT",
        [24] = "SIGXCPU",
        [25] = "SIGXFSZ",
        [26] = "SIGVTALRM",
        [27] = "SIGPROF",
        [29] = "SIGIO",
        [30] = "SIGPWR",
        [31] = "SIGSYS",
    };

    /// <summary>True if the signal ends a process that has no handler for it, as all real-time signals do.</summary>
    public static bool Ends(int signal) => Ending.ContainsKey(signal) || signal > LastStandard;

    /// <summary>The name of a signal that ends a process; null if it has none.</summary>
    public static string? NameOf(int signal) => Ending.GetValueOrDefault(signal);

    [SupportedOSPlatform("linux")]
    public static void Send(int process, PosixSignal signal) => _ = Libc.kill(process, NumberOf(signal));

    [SupportedOSPlatform("linux")]
    public static void Kill(int process) => _ = Libc.kill(process, SIGKILL);

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Not a signal that is passed on."),
    };
}
