using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>
/// A file system that is mounted nowhere: only this process reaches it, by its descriptor, and it is gone with it. The
/// machine's tree of mounts stays as it was, whatever way the process ends. Linux 5.2 and later.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class DetachedMount : IDisposable
{
    // The same numbers on every architecture .NET runs on.
    private const int SysFsOpen = 430;
    private const int SysFsConfig = 431;
    private const int SysFsMount = 432;
    private const int FsOpenCloexec = 1;
    private const int FsMountCloexec = 1;
    private const int FsConfigCreate = 6;
    private const int MountNoSuidNoDevNoExec = 2 | 4 | 8;

    private readonly FileDescriptor _mount;

    private DetachedMount(FileDescriptor mount) => _mount = mount;

    /// <summary>Where its root is, for this process.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_mount.DangerousGetHandle()}");

    /// <exception cref="Win32Exception">The kernel does not have it, or forbids it.</exception>
    public static DetachedMount Open(ReadOnlySpan<byte> type)
    {
        fixed (byte* name = type)
        {
            using var context = Opened(Libc.syscall(SysFsOpen, (nint)name, FsOpenCloexec, 0, 0, 0));
            var fd = context.DangerousGetHandle();
            if (Libc.syscall(SysFsConfig, fd, FsConfigCreate, 0, 0, 0) < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
            return new DetachedMount(Opened(Libc.syscall(SysFsMount, fd, FsMountCloexec, MountNoSuidNoDevNoExec, 0, 0)));
        }
    }

    public void Dispose() => _mount.Dispose();

    private static FileDescriptor Opened(nint fd)
    {
        if (fd < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        var descriptor = new FileDescriptor();
        Marshal.InitHandle(descriptor, fd);
        return descriptor;
    }
}
