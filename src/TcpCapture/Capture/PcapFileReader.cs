using SharpPcap;
using SharpPcap.LibPcap;
using TcpCapture.Model;

namespace TcpCapture.Capture;

/// <summary>Reads frames from a pcap or pcapng file through libpcap.</summary>
internal sealed class PcapFileReader : IDisposable
{
    private readonly string _path;
    private readonly CaptureFileReaderDevice _device;
    private readonly FrameReader _reader;

    /// <summary>Opens the file.</summary>
    /// <exception cref="CaptureException">libpcap is missing.</exception>
    /// <exception cref="IOException">The file cannot be read or is no capture file.</exception>
    public PcapFileReader(string path)
    {
        CaptureLibrary.Require();
        _path = path;
        _device = new CaptureFileReaderDevice(path);
        try
        {
            _device.Open(new DeviceConfiguration { TimestampResolution = TimestampResolution.Nanosecond });
            _reader = new FrameReader(_device);
        }
        catch (PcapException e)
        {
            _device.Dispose();
            throw new IOException($"Cannot read {path}: {e.Message.Trim()}.", e);
        }
    }

    /// <summary>The link-layer type, a LINKTYPE_ value.</summary>
    public int LinkType => _reader.LinkType;

    /// <summary>Hands every frame to the sink.</summary>
    /// <returns>
    /// Null at the end of the file, or why the rest of it could not be read, in one line: it is cut off, say. The
    /// frames before that have been handed over.
    /// </returns>
    public string? ReadAll(IObservationSink sink)
    {
        while (true)
        {
            switch (_reader.Read(out var frame))
            {
                case GetPacketStatus.PacketRead:
                    sink.OnFrame(frame);
                    break;
                case GetPacketStatus.NoRemainingPackets:
                    return null;
                default:
                    return $"{_path} could be read in part only: {_reader.LastError}.";
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _device.Dispose();
}
