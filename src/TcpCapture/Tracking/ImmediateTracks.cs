using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>Hands segments to their tracks at once.</summary>
internal sealed class ImmediateTracks : ITrackFeed
{
    public void Add(ConnectionTrack track, Side side, in Segment segment, ReadOnlySpan<byte> frame) => track.Add(side, segment, frame);

    public void AddCorrupt(ConnectionTrack track, Side side, in Segment segment) => track.AddCorrupt(side, segment);
}
