using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>
/// Hands segments to the tracks of their connections. Nothing asks those before their connection is reported, so it may be done
/// later, on another thread.
/// </summary>
internal interface ITrackFeed
{
    /// <summary>The next segment of a connection.</summary>
    /// <param name="track">The connection's.</param>
    /// <param name="side">The sender.</param>
    /// <param name="segment">The segment.</param>
    void Add(ConnectionTrack track, Side side, in Segment segment);

    /// <summary>A segment whose checksum is wrong.</summary>
    /// <param name="track">The connection's.</param>
    /// <param name="side">The sender.</param>
    /// <param name="segment">The segment.</param>
    void AddCorrupt(ConnectionTrack track, Side side, in Segment segment);
}
