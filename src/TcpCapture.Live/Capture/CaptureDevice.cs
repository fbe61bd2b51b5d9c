using System.Runtime.Versioning;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;
using TcpCapture.Decoding.Link;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Capture;

/// <summary>Opens an interface for capturing.</summary>
internal static class CaptureDevice
{
    public static LibPcapLiveDevice Open(LiveCaptureOptions options)
    {
        var found = Find(options.Interface);
        try
        {
            return Open(found, options, TimestampResolution.Nanosecond);
        }
        catch (CaptureException e) when (e.InnerException is PcapException { Error: PcapError.TimestampPrecisionNotSupported })
        {
            // macOS and a few pseudo-interfaces only support microseconds.
            return Open(found, options, TimestampResolution.Microsecond);
        }
    }

    private static LibPcapLiveDevice Open(PcapInterface found, LiveCaptureOptions options, TimestampResolution resolution)
    {
        // A device that failed to open cannot be opened again, so every attempt creates a new one.
        return Cleanup.OrDispose(new LibPcapLiveDevice(found), device =>
        {
            Activate(device, options, resolution);
            if (OperatingSystem.IsLinux()) Prepare(device, CaptureInterface.HasLoopbackFlag(found));
            SetFilter(device, options.Filter);
            return device;
        });
    }

    [SupportedOSPlatform("linux")]
    private static void Prepare(LibPcapLiveDevice device, bool isLoopback)
    {
        var fd = PcapFunctions.SelectableFd(device.Handle);
        // libpcap lets child processes inherit its socket; the kernel would capture as long as they live.
        if (fd >= 0) DescriptorFlags.SetInheritable(fd, false);
        if (isLoopback) LinuxFrameWait.IgnoreOutgoing(fd);
        // "any": SLL2 frames name the interface, SLL frames do not. libpcap before 1.10 supports only SLL.
        if (device.LinkType == (LinkLayers)LinkTypes.LinuxSll) _ = PcapFunctions.SetDataLink(device.Handle, LinkTypes.LinuxSll2);
    }

    private static PcapInterface Find(string name)
    {
        var known = CaptureInterface.Find();
        return known.FirstOrDefault(found => found.Name == name)
            ?? throw CaptureErrors.UnknownInterface(name, known.Select(found => found.Name));
    }

    private static void Activate(LibPcapLiveDevice device, LiveCaptureOptions options, TimestampResolution resolution)
    {
        try
        {
            device.Open(new DeviceConfiguration
            {
                Mode = DeviceModes.None,
                Snaplen = options.Snaplen,
                BufferSize = options.BufferBytes,
                ReadTimeout = options.ReadTimeoutMilliseconds,
                Immediate = options.Immediate,
                TimestampResolution = resolution,
            });
        }
        catch (PcapException e)
        {
            throw CaptureErrors.CannotOpen(options.Interface, e, device.LastError ?? "");
        }
    }

    private static void SetFilter(LibPcapLiveDevice device, string filter)
    {
        if (filter.Length == 0) return;
        try
        {
            device.Filter = filter;
        }
        catch (PcapException e)
        {
            throw CaptureErrors.BadFilter(filter, device.LastError is { Length: > 0 } reason ? reason : e.Message);
        }
    }
}
