namespace TcpCapture.PeerTools;

/// <summary>
/// Tracks of connections that have been told, for others that begin: they are most of what a connection takes, and as garbage they
/// would outlive two collections first. As many are kept as were in use at once. For any thread.
/// </summary>
internal sealed class PeerStatePool
{
    private readonly Stack<PeerState> _free = new();
    private readonly Lock _lock = new();

    /// <summary>A state to which nothing has been added.</summary>
    public PeerState Rent()
    {
        lock (_lock)
        {
            return _free.TryPop(out var state) ? state : new PeerState();
        }
    }

    /// <summary>A state that nobody looks at any more.</summary>
    public void Return(PeerState state)
    {
        state.Reset();
        lock (_lock) _free.Push(state);
    }
}
