using TcpCapture.Correlation;
using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Tests.CaptureFiles;

namespace TcpCapture.Tests.PeerTools;

/// <summary>The connections of a file, from its frames only: calls and states of a recording are ignored.</summary>
internal static class CapturedConnections
{
    public static List<Connection> Of(string path)
    {
        var sink = new FramesOnly();
        FrameLog.ReadAll(path, sink);
        sink.Correlator.Finish();
        return sink.Connections;
    }

    private sealed class FramesOnly : IObservationSink, ITimelineSink
    {
        private long _frames;

        public FramesOnly() => Correlator = new Correlator(this);

        public Correlator Correlator { get; }
        public List<Connection> Connections { get; } = [];

        public void OnFrame(in Frame frame)
        {
            if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment) Correlator.OnSegment(segment, ++_frames, frame);
        }

        public void OnConnectionEnded(Connection connection) => Connections.Add(connection);
    }
}
