using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>Takes the timeline, one event at a time, in causal order, from one thread.</summary>
public interface ITimelineSink
{
    /// <summary>The next event.</summary>
    /// <param name="timelineEvent">The event.</param>
    /// <param name="frame">The frame as captured if the event is a segment, else empty. Valid only during the call.</param>
    void OnEvent(in TimelineEvent timelineEvent, in Frame frame);

    /// <summary>Nothing more will be said of this connection.</summary>
    void OnConnectionEnded(Connection connection);
}
