using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>An eventfd that wakes a thread which waits in poll(2).</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class WakeEvent : IDisposable
{
    private readonly FileDescriptor _event = Libc.eventfd(0, Libc.O_NONBLOCK | Libc.O_CLOEXEC).OrThrow();

    public Libc.PollFd ForReading() => _event.ForReading();

    /// <summary>Ends the current or the next wait. Can be called by any thread, also after Dispose.</summary>
    public void Set()
    {
        long one = 1;
        try
        {
            _ = Libc.write(_event, &one, sizeof(long));
        }
        catch (ObjectDisposedException)
        {
            // The waiting thread has ended.
        }
    }

    public void Reset()
    {
        long count;
        _ = Libc.read(_event, &count, sizeof(long));
    }

    public void Dispose() => _event.Dispose();
}
