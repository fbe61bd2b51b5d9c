using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SharpPcap.LibPcap;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Capture;

/// <summary>Waits with poll(2) on the descriptor of the capture and on a wake event.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxFrameWait(PcapHandle handle, int captureFd) : IFrameWait
{
    private readonly WakeEvent _woken = new();

    public bool InterfaceIsDown => PcapFunctions.WantsTimeout(handle);

    /// <summary>Excludes outgoing frames on a loopback interface, where each frame is received again.</summary>
    /// <remarks>
    /// libpcap skips them too, but only after they have used buffer space and may have counted as dropped. A kernel
    /// before 4.20 does not support this; its counters are then twice too high.
    /// </remarks>
    public static void IgnoreOutgoing(int captureFd)
    {
        var on = 1;
        _ = Libc.setsockopt(captureFd, Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, &on, sizeof(int));
    }

    public bool Wait(int milliseconds)
    {
        var watched = stackalloc[] { new Libc.PollFd { Fd = captureFd, Events = Libc.POLLIN }, _woken.ForReading() };
        var ready = Libc.poll(watched, 2, milliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() is var error and not Errno.EINTR) throw new Win32Exception(error);
        if ((watched[1].Returned & Libc.POLLIN) != 0) _woken.Reset();
        return ready != 0;
    }

    public void Wake() => _woken.Set();
    public void Dispose() => _woken.Dispose();
}
