using TcpCapture.Model;

namespace TcpCapture;

/// <summary>Takes the timeline, one event at a time, in causal order, from one thread.</summary>
public interface ITimelineSink
{
    /// <summary>The next event.</summary>
    /// <param name="timelineEvent">The event.</param>
    /// <param name="frame">The frame as captured if the event is a segment, else empty. Valid only during the call.</param>
    void OnEvent(in TimelineEvent timelineEvent, in Frame frame);

    /// <summary>Nothing more will be said of this connection.</summary>
    void OnConnectionEnded(Connection connection);

    /// <summary>
    /// The recording is read to its end. What still comes follows from the end: the last of what looks and reports showed,
    /// the connections that are open, and the findings. Sinks that do not care need not have it.
    /// </summary>
    /// <param name="end">How it ended.</param>
    void OnRecordingEnded(TimelineEnd end)
    {
    }
}
