using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>A file descriptor that is closed once and never used afterwards.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FileDescriptor() : SafeHandleMinusOneIsInvalid(true)
{
    /// <summary>Its number.</summary>
    public int Number => (int)handle;

    /// <summary>The path by which this process reaches the open file.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{Number}");

    /// <summary>Wraps the number that a system call returned.</summary>
    /// <exception cref="Win32Exception">The call failed.</exception>
    public static FileDescriptor From(nint number)
    {
        if (number < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        var descriptor = new FileDescriptor();
        Marshal.InitHandle(descriptor, number);
        return descriptor;
    }

    /// <summary>Returns this descriptor if the call that made it succeeded.</summary>
    /// <exception cref="Win32Exception">It failed.</exception>
    public FileDescriptor OrThrow() => IsInvalid ? throw new Win32Exception() : this;

    /// <summary>What poll(2) waits for: that the descriptor can be read.</summary>
    public Libc.PollFd ForReading() => new() { Fd = Number, Events = Libc.POLLIN };

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}

/// <summary>Flags of file descriptors: the same on Linux and macOS.</summary>
internal static partial class DescriptorFlags
{
    private const int SetFlags = 2; // F_SETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>Sets whether programs that this process starts get a copy of the descriptor.</summary>
    /// <exception cref="Win32Exception">The descriptor is not open.</exception>
    public static void SetInheritable(int descriptor, bool isInheritable)
    {
        if (FileControl(descriptor, SetFlags, isInheritable ? 0 : CloseOnExec) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int descriptor, int command, int argument);
}
