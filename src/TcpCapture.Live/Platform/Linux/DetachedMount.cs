using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>A mounted file system without a mount point, which only this process can reach (Linux 5.2 and later).</summary>
/// <remarks>The system's mount table does not change, and the mount ends with the process.</remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class DetachedMount(FileDescriptor mount) : IDisposable
{
    // These numbers are the same on every architecture .NET runs on.
    private const int SysFsOpen = 430;
    private const int SysFsConfig = 431;
    private const int SysFsMount = 432;
    private const int FsOpenCloexec = 1;
    private const int FsMountCloexec = 1;
    private const int FsConfigCreate = 6;
    private const int MountNoSuidNoDevNoExec = 2 | 4 | 8;

    /// <summary>The root directory. The path is valid in this process only.</summary>
    public string Path => mount.Path;

    public static DetachedMount Open(ReadOnlySpan<byte> type)
    {
        fixed (byte* name = type)
        {
            using var context = FileDescriptor.From(Libc.syscall(SysFsOpen, (nint)name, FsOpenCloexec, 0, 0, 0));
            if (Libc.syscall(SysFsConfig, context.Number, FsConfigCreate, 0, 0, 0) < 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            return new DetachedMount(FileDescriptor.From(
                Libc.syscall(SysFsMount, context.Number, FsMountCloexec, MountNoSuidNoDevNoExec, 0, 0)));
        }
    }

    public void Dispose() => mount.Dispose();
}
