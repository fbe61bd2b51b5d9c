using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>Priority and CPU time of the calling thread.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxThread
{
    /// <summary>For a thread that empties a kernel buffer: data that is not read in time is lost.</summary>
    public const int BeforePrograms = -10;

    /// <summary>For work that can wait.</summary>
    public const int AfterPrograms = 10;

    /// <summary>CPU time of the calling thread.</summary>
    public static long CpuNanoseconds() => Libc.ReadClock(Libc.CLOCK_THREAD_CPUTIME_ID);

    /// <summary>Sets the niceness of the calling thread: on Linux each thread has its own, and 0 names the caller.</summary>
    /// <remarks>Without the privilege nothing changes, and observing still works.</remarks>
    public static void SetNiceness(int niceness) => _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, niceness);
}
