using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Reads the raw pages of one CPU's trace buffer. Reading removes them from the buffer and never waits.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class TracePipe : IDisposable
{
    private readonly FileDescriptor _pipe;

    public TracePipe(string instance, int cpu)
    {
        Cpu = cpu;
        _pipe = Libc.open($"{instance}/per_cpu/cpu{cpu}/trace_pipe_raw", Libc.O_NONBLOCK | Libc.O_CLOEXEC).OrThrow();
    }

    public int Cpu { get; }

    /// <summary>Time stamp of the last record read; 0 before the first.</summary>
    public ulong Reached { get; set; }

    public Libc.PollFd ForReading() => _pipe.ForReading();

    /// <summary>Reads the next page, full or not, and returns its length; 0 if the buffer is empty.</summary>
    public int Read(Span<byte> page)
    {
        fixed (byte* bytes = page)
        {
            while (true)
            {
                var length = Libc.read(_pipe, bytes, page.Length);
                if (length >= 0) return (int)length;
                var error = Marshal.GetLastPInvokeError();
                if (error == Errno.EAGAIN) return 0;
                if (error != Errno.EINTR) throw new Win32Exception(error);
            }
        }
    }

    public void Dispose() => _pipe.Dispose();
}
