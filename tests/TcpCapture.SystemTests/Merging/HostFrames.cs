using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Merging;

/// <summary>The segments of one host's recording, each at its frame's number less one.</summary>
internal sealed class HostFrames : List<Segment>, IObservationSink
{
    private HostFrames()
    {
    }

    public static HostFrames Of(Recording recording)
    {
        var frames = new HostFrames();
        recording.Replay(frames);
        return frames;
    }

    /// <summary>
    /// The smallest round trip a host saw: from a segment it sent until it got the next that the other sent after that had come.
    /// </summary>
    /// <param name="ways">When each segment was sent and arrived, and which host sent it, by the true clock.</param>
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

    public void OnCall(SocketCall call)
    {
    }

    public void OnSample(SocketSample sample)
    {
    }

    public void OnOwner(SocketOwner owner)
    {
    }

    public void OnTrace(KernelEvent trace)
    {
    }
}
