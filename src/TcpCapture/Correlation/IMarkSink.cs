using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>Told of every segment that Wireshark's analysis has something to say of, whether or not it has a row in the timeline.</summary>
internal interface IMarkSink
{
    /// <summary>The next one, in the order of the capture.</summary>
    /// <param name="connection">Its connection.</param>
    /// <param name="side">Its sender.</param>
    /// <param name="time">When it passed the capture point.</param>
    /// <param name="frame">Number of its frame.</param>
    /// <param name="marks">What is said of it, at least one.</param>
    void OnMarked(Connection connection, Side side, Timestamp time, long frame, SegmentMarks marks);
}
