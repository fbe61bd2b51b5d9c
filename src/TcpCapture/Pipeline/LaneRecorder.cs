using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>
/// Stands behind the correlators of one thread. What concerns a single connection goes on at once; what has to be heard in the
/// order of the capture is kept with the batch until all threads are done with that.
/// </summary>
/// <param name="ofConnection">Sees the events; may write to their connection and to nothing else.</param>
internal sealed class LaneRecorder(ITimelineSink ofConnection) : ITimelineSink, IMarkSink, IConnectionRegister
{
    private LaneOutcome _outcome = new();
    private int _index;

    /// <summary>What comes belongs to another batch.</summary>
    public void Begin(LaneOutcome outcome) => _outcome = outcome;

    /// <summary>What comes is about the frame at that place of the batch.</summary>
    public void At(int index) => _index = index;

    public void Enter(Connection connection)
    {
        connection.IsTold = false;
        _outcome.Begun.Add(new LaneOutcome.Happening(_index, connection));
    }

    public void OnMarked(Connection connection, Side side, Timestamp time, long frame, SegmentMarks marks) =>
        _outcome.Marked.Add(new LaneOutcome.Happening(_index, connection, side, marks));

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame) => ofConnection.OnEvent(timelineEvent, frame);

    public void OnConnectionEnded(Connection connection) => _outcome.Ended.Add(new LaneOutcome.Happening(_index, connection));
}
