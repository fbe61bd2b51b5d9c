using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>The native functions this library declares, by their C names.</summary>
/// <remarks>Functions of libpcap are resolved at run time, in Capture, because its file name differs between systems.</remarks>
[SupportedOSPlatform("linux")]
internal static unsafe partial class Libc
{
    public const int AF_NETLINK = 16;
    public const int SOCK_RAW = 3;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int NETLINK_SOCK_DIAG = 4;
    public const int MSG_TRUNC = 0x20;
    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_MONOTONIC = 1;
    public const int CLOCK_TAI = 11;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int CLOCK_THREAD_CPUTIME_ID = 3;
    public const short POLLIN = 1;
    public const int PRIO_PROCESS = 0;
    public const int SOL_PACKET = 263;
    public const int PACKET_IGNORE_OUTGOING = 23;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const int WNOHANG = 1;
    public const int X_OK = 1;
    public const int DirectoryEntryName = 19; // offset of the name in struct dirent on 64-bit systems (glibc and musl)

    [LibraryImport("libc", SetLastError = true)]
    public static partial FileDescriptor socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(FileDescriptor socket, void* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(FileDescriptor socket, void* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(FileDescriptor socket, void* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial FileDescriptor timerfd_create(int clock, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int timerfd_settime(FileDescriptor timer, int flags, TimerSpec* value, TimerSpec* old);

    [LibraryImport("libc", SetLastError = true)]
    public static partial FileDescriptor eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    /// <summary>open(2) for existing files, without the third argument that O_CREAT needs.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial FileDescriptor open(string path, int flags);

    /// <summary>Calls a system call for which not every libc has a function. All arguments are as wide as a register.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(FileDescriptor fd, void* buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(FileDescriptor fd, void* buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clock, TimeSpec* time);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setpriority(int which, int who, int priority);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint readlink(byte* path, byte* buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint opendir(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial byte* readdir(nint directory);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int closedir(nint directory);

    [LibraryImport("libc")]
    public static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc")]
    public static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc")]
    public static partial int waitpid(int process, int* status, int options);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int access(string path, int mode);

    [LibraryImport("libc")]
    public static partial int kill(int process, int signal);

    /// <summary>Reads a clock, in nanoseconds.</summary>
    public static long ReadClock(int clock)
    {
        TimeSpec time;
        if (clock_gettime(clock, &time) != 0) throw new Win32Exception();
        return time.Seconds * 1_000_000_000L + time.Nanoseconds;
    }

    // The 64-bit time structures of every libc that .NET supports.
    public struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    public struct TimerSpec
    {
        public TimeSpec Interval;
        public TimeSpec Value;
    }

    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }
}
