using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States;

/// <summary>A pacer on a timerfd, precise to about 0.1 ms; a wait with a timeout has a precision of 1 ms.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class TimerPacer : IPacer
{
    private readonly FileDescriptor _timer;
    private readonly WakeEvent _woken;

    public TimerPacer(TimeSpan interval)
    {
        Interval = interval;
        _timer = Libc.timerfd_create(Libc.CLOCK_MONOTONIC, Libc.O_NONBLOCK | Libc.O_CLOEXEC).OrThrow();
        _woken = new WakeEvent();
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
        var fds = stackalloc[] { _woken.ForReading(), _timer.ForReading() };
        while (Libc.poll(fds, untilWoken ? 1u : 2u, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.EINTR) throw new Win32Exception();
        }

        // Reading resets both. The count of missed beats is not needed, because gaps are measured.
        if (fds[0].Returned != 0) _woken.Reset();
        if (untilWoken || fds[1].Returned == 0) return false;
        long count;
        _ = Libc.read(_timer, &count, sizeof(long));
        return true;
    }

    public void Wake() => _woken.Set();

    public void Dispose()
    {
        _timer.Dispose();
        _woken.Dispose();
    }
}
