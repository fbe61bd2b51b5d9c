using TcpCapture.Capture;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Export;

/// <summary>Writes <c>capture.pcap</c>: the frames as captured, so that frame n is event n's <c>frame</c>.</summary>
internal sealed class PcapExport(string path, RecordingInfo info) : ITimelineSink, IDisposable
{
    private readonly PcapFileWriter _file = new(path, info.LinkType, Math.Max(info.Snaplen, 1));

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Segment) _file.Write(frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
    }

    /// <summary>Makes sure that all of it is on disk.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void Close() => _file.Close();

    public void Dispose() => _file.Dispose();
}
