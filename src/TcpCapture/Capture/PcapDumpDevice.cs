using SharpPcap;
using SharpPcap.LibPcap;
using TcpCapture.Model;

namespace TcpCapture.Capture;

/// <summary>
/// SharpPcap's file writer with what it lacks: writing without an allocation a frame, and asking whether the file took
/// what was written (pcap_dump itself says nothing when it fails).
/// </summary>
internal sealed class PcapDumpDevice(string path) : CaptureFileWriterDevice(path, FileMode.Create)
{
    /// <summary>Appends a frame.</summary>
    public unsafe void Write(in Frame frame)
    {
        var header = new PcapPacketHeader(frame.Time, frame.Bytes.Length, frame.OriginalLength);
        fixed (byte* bytes = frame.Bytes) PcapFunctions.Dump(m_pcapDumpHandle, &header, bytes);
    }

    /// <summary>Hands what is buffered to the system; false if it did not take it all.</summary>
    public bool Flush() => PcapFunctions.DumpFlush(m_pcapDumpHandle);

    /// <summary>Opens the file and writes its header.</summary>
    /// <exception cref="PcapException">The file cannot be written, or the link type not put in a file.</exception>
    public void Open(int linkType, int snaplen) => Open(new DeviceConfiguration
    {
        LinkLayerType = (PacketDotNet.LinkLayers)LinkTypes.ToDlt(linkType),
        Snaplen = snaplen,
        TimestampResolution = TimestampResolution.Nanosecond,
    });
}
