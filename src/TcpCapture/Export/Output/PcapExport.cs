using TcpCapture.CaptureFiles.Pcap;
using TcpCapture.Model;

namespace TcpCapture.Export.Output;

/// <summary>Writes <c>capture.pcap</c>: the frames as captured, so that frame n is event n's <c>frame</c>.</summary>
internal sealed class PcapExport(Stream stream, RecordingInfo info) : ITimelineSink
{
    private readonly PcapWriter _file = new(stream, info.LinkType, Math.Max(info.Snaplen, 1));

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Segment) _file.Write(frame);
    }
}
