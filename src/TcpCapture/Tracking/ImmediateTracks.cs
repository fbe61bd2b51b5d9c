using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>Hands segments to their tracks at once.</summary>
internal sealed class ImmediateTracks : ITrackFeed
{
    public void Add(ConnectionTrack track, Side side, in Segment segment) => track.Add(side, segment);

    public void AddCorrupt(ConnectionTrack track, Side side, in Segment segment) => track.AddCorrupt(side, segment);
}
