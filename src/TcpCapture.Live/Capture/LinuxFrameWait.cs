using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SharpPcap.LibPcap;

namespace TcpCapture.Live.Capture;

/// <summary>Waits with poll(2) on the capture's descriptor and on an eventfd that wakes it.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class LinuxFrameWait : IFrameWait
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const short Readable = 1;
    private const int Interrupted = 4;
    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int DescriptorCloseOnExec = 1; // FD_CLOEXEC
    private const int Niceness = -10;
    private const int PacketLevel = 263;
    private const int PacketIgnoreOutgoing = 23;

    private readonly PcapHandle _handle;
    private readonly int _captureFd;
    private readonly int _wakeFd;

    /// <exception cref="Win32Exception">The system has no descriptor left.</exception>
    public LinuxFrameWait(PcapHandle handle, int captureFd)
    {
        _handle = handle;
        _captureFd = captureFd;
        _wakeFd = EventFd(0, CloseOnExec | NonBlocking);
        if (_wakeFd < 0) throw new Win32Exception();
    }

    /// <inheritdoc/>
    public bool InterfaceIsDown => PcapFunctions.WantsTimeout(_handle);

    /// <summary>
    /// Asks the kernel not to show the capture what leaves the interface. On a loopback interface all that leaves comes
    /// in again and libpcap throws the first sight away, but only after it took room in the buffer and, if there was
    /// none, was counted as a loss.
    /// </summary>
    /// <returns>False on a kernel that cannot (before 4.20): the counts are then twice too high.</returns>
    public static unsafe bool IgnoreOutgoing(int captureFd)
    {
        var on = 1;
        return SetSockOpt(captureFd, PacketLevel, PacketIgnoreOutgoing, &on, sizeof(int)) == 0;
    }

    /// <summary>
    /// Closes the capture in programs that this process starts: libpcap leaves its socket open in them, and in one that goes on
    /// after this process the kernel would go on capturing.
    /// </summary>
    public static void KeepFromPrograms(int captureFd) => _ = Fcntl(captureFd, SetDescriptorFlags, DescriptorCloseOnExec);

    /// <summary>
    /// Puts the calling thread a little before the programs observed: what it does not take out of the buffer in time is lost.
    /// Not to be allowed to costs nothing.
    /// </summary>
    public static void HurryThread() => _ = SetPriority(0, 0, Niceness);

    /// <inheritdoc/>
    public unsafe bool Wait(int milliseconds)
    {
        var watched = stackalloc PollFd[] { new(_captureFd, Readable), new(_wakeFd, Readable) };
        var ready = Poll(watched, 2, milliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() is var error and not Interrupted) throw new Win32Exception(error);
        if ((watched[1].Returned & Readable) != 0)
        {
            ulong count;
            _ = Read(_wakeFd, &count, sizeof(ulong));
        }

        return ready != 0;
    }

    /// <inheritdoc/>
    public unsafe void Wake()
    {
        ulong one = 1;
        _ = Write(_wakeFd, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Close(_wakeFd);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollFd* watched, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static unsafe partial nint Read(int fd, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(int fd, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);

    /// <summary>On Linux each thread has a priority of its own, and 0 names the calling one.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int fd, int command, int argument);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static unsafe partial int SetSockOpt(int fd, int level, int name, void* value, uint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd(int fd, short wanted)
    {
        public int Fd = fd;
        public short Wanted = wanted;
        public short Returned;
    }
}
