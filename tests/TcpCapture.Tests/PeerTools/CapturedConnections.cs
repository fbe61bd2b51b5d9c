using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Decoding;
using TcpCapture.Diagnosis;
using TcpCapture.Model;
using TcpCapture.Pipeline;
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

        private readonly Diagnoser _diagnoser = new();
        private Timestamp _latest;

        public FramesOnly() => Correlator = new Correlator(this, register: new ConnectionRegister(begun: _diagnoser.Neighbours.Begin));

        public Correlator Correlator { get; }
        public List<Connection> Connections { get; } = [];

        public void OnFrame(in Frame frame)
        {
            if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment) Correlator.OnSegment(segment, ++_frames, frame);
        }

        public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
        {
            _latest = Timestamp.Max(_latest, timelineEvent.Time);
            if (AnalysisStage.IsOpened(timelineEvent)) _diagnoser.Neighbours.Establish(timelineEvent.Connection!);
        }

        public void OnConnectionEnded(Connection connection)
        {
            _diagnoser.Diagnose(connection, _latest);
            Connections.Add(connection);
        }
    }
}
