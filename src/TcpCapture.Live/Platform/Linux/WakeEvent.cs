using System.ComponentModel;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>Wakes a thread that waits in poll(2): an eventfd.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class WakeEvent : IDisposable
{
    private readonly FileDescriptor _event = Libc.eventfd(0, Libc.O_NONBLOCK | Libc.O_CLOEXEC).OrThrow();

    /// <exception cref="Win32Exception">The system has no descriptor left.</exception>
    public WakeEvent()
    {
    }

    /// <summary>What poll(2) waits for.</summary>
    public Libc.PollFd ForReading() => _event.ForReading();

    /// <summary>Ends the current or the next wait. Any thread; does nothing once disposed.</summary>
    public void Set()
    {
        long one = 1;
        try
        {
            _ = Libc.write(_event, &one, sizeof(long));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <summary>Makes the next wait wait again.</summary>
    public void Reset()
    {
        long count;
        _ = Libc.read(_event, &count, sizeof(long));
    }

    public void Dispose() => _event.Dispose();
}
