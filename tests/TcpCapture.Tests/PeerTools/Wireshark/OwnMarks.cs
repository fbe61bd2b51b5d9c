using TcpCapture.Correlation;
using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Tests.CaptureFiles;

namespace TcpCapture.Tests.PeerTools.Wireshark;

/// <summary>Our marks of the segments of a capture, as the correlator emits them.</summary>
internal sealed class OwnMarks : IObservationSink, ITimelineSink
{
    private readonly Correlator _correlator;
    private readonly List<MarkedFrame> _marked = [];
    private long _frames;

    private OwnMarks() => _correlator = new Correlator(this);

    /// <summary>Every connection's completeness, by its number.</summary>
    public Dictionary<long, int> Completeness { get; } = [];

    public static (List<MarkedFrame> Frames, Dictionary<long, int> Completeness) Read(string path)
    {
        var own = new OwnMarks();
        FrameLog.ReadAll(path, own);
        own._correlator.Finish();
        return (own._marked, own.Completeness);
    }

    public void OnFrame(in Frame frame)
    {
        _frames++;
        if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment) _correlator.OnSegment(segment, _frames, frame);
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is { Kind: EventKind.Segment, IsReadable: true, Connection: { } connection })
            _marked.Add(new MarkedFrame(timelineEvent.Frame, connection.Number, timelineEvent.Marks));
    }

    public void OnConnectionEnded(Connection connection) => Completeness.Add(connection.Number, connection.PeerState.Wireshark.Completeness);
    public void OnCall(SocketCall call) => Assert.Fail("A capture holds no calls.");
    public void OnSample(SocketSample sample) => Assert.Fail("A capture holds no samples.");
    public void OnOwner(SocketOwner owner) => Assert.Fail("A capture holds no owners.");
    public void OnTrace(KernelEvent trace) => Assert.Fail("A capture holds no kernel events.");
}
