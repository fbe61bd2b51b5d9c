using TcpCapture.Analysis;
using TcpCapture.Correlation;
using TcpCapture.Recordings;

namespace TcpCapture;

/// <summary>From a recording to its timeline, as often as wanted, without privilege: the same recording gives the same timeline.</summary>
public static class Timeline
{
    /// <summary>Correlates and analyses a recording and hands the timeline to the sinks, findings last.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="sinks">Take the events, on the calling thread.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="RecordingException">The recording is damaged.</exception>
    public static IReadOnlyList<Finding> Correlate(Recording recording, params ITimelineSink[] sinks)
    {
        ArgumentNullException.ThrowIfNull(recording);
        return new TimelinePass(recording, sinks).Run();
    }
}
