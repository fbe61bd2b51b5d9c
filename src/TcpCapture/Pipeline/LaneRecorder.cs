using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Receives the results of the correlators of one thread.</summary>
// Events of a connection are emitted at once; results that need the order of the capture are kept with the batch until all threads
// have processed it.
// ofConnection: receives the events; it may change only their connection.
internal sealed class LaneRecorder(ITimelineSink ofConnection) : ITimelineSink, IMarkSink, IConnectionRegister
{
    private LaneOutcome _outcome = new();
    private int _index;

    public void Begin(LaneOutcome outcome) => _outcome = outcome;

    public void At(int index) => _index = index;

    public void Enter(Connection connection)
    {
        connection.WritesSegments = false;
        _outcome.Begun.Add(new LaneOutcome.Happening(_index, connection));
        Pass(connection, LaneOutcome.Passage.Began);
    }

    public void OnMarked(Connection connection, Side side, Timestamp time, long frame, SegmentMarks marks) =>
        _outcome.Marked.Add(new LaneOutcome.Happening(_index, connection, side, marks));

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (AnalysisStage.IsOpened(timelineEvent)) Pass(timelineEvent.Connection!, LaneOutcome.Passage.Opened);
        ofConnection.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection) => Pass(connection, LaneOutcome.Passage.Ended);

    private void Pass(Connection connection, LaneOutcome.Passage passage) =>
        _outcome.Passed.Add(new LaneOutcome.Happening(_index, connection, Passage: passage));
}
