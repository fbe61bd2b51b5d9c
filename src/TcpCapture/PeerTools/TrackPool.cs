namespace TcpCapture.PeerTools;

/// <summary>
/// Tracks of connections that have been told, for others that begin: they are most of what a connection takes, and as garbage they
/// would outlive two collections first. As many are kept as were in use at once. For any thread.
/// </summary>
internal sealed class TrackPool
{
    private readonly Stack<ConnectionTrack> _free = new();
    private readonly Lock _lock = new();

    /// <summary>A track to which nothing has been added.</summary>
    public ConnectionTrack Rent()
    {
        lock (_lock)
        {
            return _free.TryPop(out var track) ? track : new ConnectionTrack();
        }
    }

    /// <summary>A track that nobody looks at any more.</summary>
    public void Return(ConnectionTrack track)
    {
        track.Reset();
        lock (_lock) _free.Push(track);
    }
}
