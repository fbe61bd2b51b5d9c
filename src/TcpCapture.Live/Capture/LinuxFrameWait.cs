using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SharpPcap.LibPcap;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Capture;

/// <summary>Waits with poll(2) on the capture's descriptor and on a wake event.</summary>
/// <exception cref="Win32Exception">The system has no descriptor left.</exception>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxFrameWait(PcapHandle handle, int captureFd) : IFrameWait
{
    private readonly WakeEvent _woken = new();

    public bool InterfaceIsDown => PcapFunctions.WantsTimeout(handle);

    /// <summary>Asks the kernel not to capture outgoing frames. For a loopback interface, where each frame comes in again.</summary>
    /// <remarks>libpcap skips them too, but only after they took space in the buffer and may have counted as dropped.</remarks>
    /// <returns>False on a kernel before 4.20: the counters are then twice too high.</returns>
    public static bool IgnoreOutgoing(int captureFd)
    {
        var on = 1;
        return Libc.setsockopt(captureFd, Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, &on, sizeof(int)) == 0;
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
