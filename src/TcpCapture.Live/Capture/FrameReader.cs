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

    /// <summary>The link-layer type, a LINKTYPE_ value.</summary>
    public int LinkType { get; }

    /// <summary>What libpcap said when <see cref="Read"/> returned <see cref="GetPacketStatus.Error"/>.</summary>
    public string LastError => _device.LastError;

    /// <summary>Reads the next frame; its bytes are libpcap's own and valid until the next call.</summary>
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
