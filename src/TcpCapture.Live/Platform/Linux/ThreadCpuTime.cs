using System.ComponentModel;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>CPU time of the calling thread.</summary>
[SupportedOSPlatform("linux")]
internal static class ThreadCpuTime
{
    public static unsafe long Nanoseconds()
    {
        Libc.TimeSpec time;
        if (Libc.clock_gettime(Libc.CLOCK_THREAD_CPUTIME_ID, &time) != 0) throw new Win32Exception();
        return time.Seconds * 1_000_000_000L + time.Nanoseconds;
    }
}
