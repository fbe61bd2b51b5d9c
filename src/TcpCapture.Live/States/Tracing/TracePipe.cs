using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.Tracing;

/// <summary>The raw pages of one CPU's trace buffer. Reading takes them out, and never waits.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class TracePipe : IDisposable
{
    private readonly FileDescriptor _pipe;

    public TracePipe(string instance, int cpu)
    {
        Cpu = cpu;
        _pipe = Libc.open($"{instance}/per_cpu/cpu{cpu}/trace_pipe_raw", Libc.O_NONBLOCK | Libc.O_CLOEXEC).OrThrow();
    }

    /// <summary>The CPU.</summary>
    public int Cpu { get; }

    /// <summary>What poll(2) waits for.</summary>
    public Libc.PollFd ForReading() => _pipe.ForReading();

    /// <summary>Stamp of the last record taken out; 0 before the first.</summary>
    public ulong Reached { get; set; }

    /// <summary>Takes out the next page, also one that is not full; 0 if nothing is left.</summary>
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
