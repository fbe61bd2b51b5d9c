using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.States;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>
/// The beat from a timerfd, woken by an eventfd: exact to some 0.1 ms, which a wait with a time-out in whole
/// milliseconds is not.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class TimerPacer : IPacer
{
    private readonly FileDescriptor _timer;
    private readonly FileDescriptor _woken;

    public TimerPacer(TimeSpan interval)
    {
        Interval = interval;
        // The flags of timerfd and eventfd are those of open(2), and so those of sockets.
        _timer = Opened(Libc.timerfd_create(Libc.CLOCK_MONOTONIC, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC));
        _woken = Opened(Libc.eventfd(0, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC));
        var nanoseconds = interval.Ticks * 100;
        var span = new Libc.TimeSpec
        {
            Seconds = (nint)(nanoseconds / 1_000_000_000),
            Nanoseconds = (nint)(nanoseconds % 1_000_000_000),
        };
        var setting = new Libc.TimerSpec { Interval = span, Value = span };
        if (Libc.timerfd_settime(_timer, 0, &setting, null) != 0) throw new Win32Exception();
    }

    public TimeSpan Interval { get; }

    public bool Wait(bool untilWoken)
    {
        var fds = stackalloc Libc.PollFd[2];
        fds[0] = new Libc.PollFd { Fd = (int)_woken.DangerousGetHandle(), Events = Libc.POLLIN };
        fds[1] = new Libc.PollFd { Fd = (int)_timer.DangerousGetHandle(), Events = Libc.POLLIN };
        while (Libc.poll(fds, untilWoken ? 1u : 2u, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.EINTR) throw new Win32Exception();
        }

        // Reading resets both; the counts (beats missed, wake-ups folded into one) are of no use: gaps are measured.
        long count;
        if (fds[0].Returned != 0) _ = Libc.read(_woken, &count, sizeof(long));
        if (untilWoken || fds[1].Returned == 0) return false;
        _ = Libc.read(_timer, &count, sizeof(long));
        return true;
    }

    public void Wake()
    {
        // Fails only if 2^64-2 wake-ups were never taken.
        long one = 1;
        _ = Libc.write(_woken, &one, sizeof(long));
    }

    public void Dispose()
    {
        _timer.Dispose();
        _woken.Dispose();
    }

    private static FileDescriptor Opened(FileDescriptor fd) => fd.IsInvalid ? throw new Win32Exception() : fd;
}
