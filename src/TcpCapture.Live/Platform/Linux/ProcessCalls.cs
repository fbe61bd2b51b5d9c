using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>The system calls about processes that .NET has no name for.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class ProcessCalls
{
    private const int SetChildSubreaper = 36; // PR_SET_CHILD_SUBREAPER
    private const int NoHang = 1; // WNOHANG
    private const int MayExecute = 1; // X_OK
    private const int Killed = 9;

    /// <summary>Orphans among the descendants become children of this process, not of init: whose they are stays known.</summary>
    public static void AdoptOrphans() => _ = Prctl(SetChildSubreaper, 1, 0, 0, 0);

    /// <summary>Lets the kernel forget a child that has ended; one that has not is left alone.</summary>
    public static void Reap(int process) => _ = WaitPid(process, null, NoHang);

    /// <summary>True if this user may execute the file.</summary>
    public static bool IsExecutable(string path) => Access(path, MayExecute) == 0;

    /// <summary>Sends a signal; to a process that has ended it does nothing.</summary>
    public static void Send(int process, PosixSignal signal) => _ = Kill(process, NumberOf(signal));

    /// <summary>Ends a process at once.</summary>
    public static void KillNow(int process) => _ = Kill(process, Killed);

    /// <summary>The number that Linux gives a signal, on every processor .NET runs on.</summary>
    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Not a signal that is passed on."),
    };

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
