using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>A file descriptor that is closed once and never used after.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(true)
    {
    }

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
