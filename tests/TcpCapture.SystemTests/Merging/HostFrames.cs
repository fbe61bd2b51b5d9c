using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Merging;

/// <summary>The segments of one host's recording; the index is the frame's number less one.</summary>
internal sealed class HostFrames : List<Segment>, IObservationSink
{
    private HostFrames() { }

    public static HostFrames Of(Recording recording)
    {
        var frames = new HostFrames();
        recording.Replay(frames);
        return frames;
    }

    /// <summary>The shortest round trip of a host: from a segment it sent to the next one sent after its arrival.</summary>
    /// <param name="ways">The sending and arrival of each segment on the true clock, and its sender.</param>
    public static long SmallestRoundTrip(IReadOnlyList<(int Host, Timestamp Sent, Timestamp Arrived)> ways) => (
        from there in ways
        from back in ways
        where back.Host != there.Host && back.Sent >= there.Arrived
        select back.Arrived - there.Sent).Min();

    public void OnFrame(in Frame frame)
    {
        Assert.Equal(DecodeResult.Segment, SegmentDecoder.Decode(frame, out var segment));
        Add(segment);
    }
}
