using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>An owned file descriptor.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FileDescriptor() : SafeHandleMinusOneIsInvalid(true)
{
    public int Number => (int)handle;
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

    public FileDescriptor OrThrow() => IsInvalid ? throw new Win32Exception() : this;

    /// <summary>Makes poll(2) wait until the descriptor can be read.</summary>
    public Libc.PollFd ForReading() => new() { Fd = Number, Events = Libc.POLLIN };

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}

/// <summary>Flags of file descriptors, equal on Linux and macOS.</summary>
internal static partial class DescriptorFlags
{
    private const int SetFlags = 2; // F_SETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>Sets whether child processes inherit the descriptor.</summary>
    public static void SetInheritable(int descriptor, bool isInheritable)
    {
        if (FileControl(descriptor, SetFlags, isInheritable ? 0 : CloseOnExec) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int descriptor, int command, int argument);
}
