using System.Runtime.InteropServices;
using SharpPcap;
using SharpPcap.LibPcap;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Live.Capture;

/// <summary>Reads frames from an open SharpPcap device without allocating.</summary>
internal sealed class FrameReader
{
    private readonly PcapDevice _device;
    private readonly int _nanosecondsPerUnit;

    public FrameReader(PcapDevice device)
    {
        _device = device;
        LinkType = LinkTypes.FromDlt(PcapFunctions.DataLink(device.Handle) ?? (int)device.LinkType);
        _nanosecondsPerUnit = device.TimestampResolution == TimestampResolution.Nanosecond ? 1 : 1000;
    }

    public int LinkType { get; }
    public string LastError => _device.LastError;

    /// <summary>Reads the next frame. Its bytes belong to libpcap and are valid until the next call.</summary>
    public unsafe GetPacketStatus Read(out Frame frame)
    {
        frame = default;
        nint header = 0, data = 0;
        var status = (GetPacketStatus)_device.GetNextPacketPointers(ref header, ref data);
        if (status != GetPacketStatus.PacketRead) return status;
        ref readonly var read = ref *(PcapPacketHeader*)header;
        frame = new Frame(read.Time(_nanosecondsPerUnit), LinkType, read.OriginalLength,
            new ReadOnlySpan<byte>((void*)data, read.CapturedLength));
        return status;
    }
}

/// <summary>libpcap's struct pcap_pkthdr: a timeval of C longs (32 bits on Windows), perhaps in nanoseconds, and two lengths.</summary>
internal readonly struct PcapPacketHeader
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    // Leaves room for a fraction of up to 2³² µs.
    private const long MaxSeconds = long.MaxValue / NanosecondsPerSecond - 5000;

    private readonly CLong _seconds;
    private readonly CLong _fraction;
    private readonly uint _capturedLength;
    private readonly uint _originalLength;

    public int CapturedLength => (int)Math.Min(_capturedLength, int.MaxValue);
    public int OriginalLength => (int)Math.Min(_originalLength, int.MaxValue);

    /// <summary>The time, where tv_usec counts units of <paramref name="unit"/> nanoseconds.</summary>
    /// <remarks>
    /// A time outside the range of <see cref="Timestamp"/> is clamped. Only the low half of tv_usec counts, because
    /// macOS leaves the upper half of the 64 bits undefined.
    /// </remarks>
    public Timestamp Time(int unit)
    {
        var seconds = Math.Clamp((long)_seconds.Value, -MaxSeconds, MaxSeconds);
        return new Timestamp(seconds * NanosecondsPerSecond + (long)(uint)_fraction.Value * unit);
    }
}
