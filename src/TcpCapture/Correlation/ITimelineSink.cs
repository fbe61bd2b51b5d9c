using TcpCapture.Model;

namespace TcpCapture;

/// <summary>Receives a timeline, one event at a time, in causal order, on one thread.</summary>
public interface ITimelineSink
{
    /// <summary>Receives the next event. Findings come last.</summary>
    /// <param name="timelineEvent">The event.</param>
    /// <param name="frame">The captured frame if the event is a segment, otherwise empty. Valid only during the call.</param>
    void OnEvent(in TimelineEvent timelineEvent, in Frame frame) { }

    /// <summary>Receives a connection after its last event, except findings.</summary>
    /// <param name="connection">The connection. Its counters and states no longer change.</param>
    void OnConnectionEnded(Connection connection) { }

    /// <summary>Marks the end of the timeline: called once, last, after the events of all findings.</summary>
    /// <param name="end">How the recording or capture ended, and what was lost.</param>
    void OnCompleted(in TimelineEnd end) { }
}
