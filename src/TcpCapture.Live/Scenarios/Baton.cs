using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>Makes two scripts take turns: only the holder of the baton acts. The server holds it first.</summary>
/// <remarks>A baton that is not shared, because only one program runs here, is never waited for.</remarks>
internal sealed class Baton(bool isShared)
{
    private readonly object _lock = new();
    private Side _holder = Side.Server;
    private bool _isShared = isShared;

    public void Take(Side side, CancellationToken cancellation)
    {
        using var wake = cancellation.UnsafeRegister(
            static baton =>
            {
                lock (baton!) Monitor.PulseAll(baton);
            },
            _lock);
        lock (_lock)
        {
            while (_isShared && _holder != side)
            {
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_lock);
            }
        }

        cancellation.ThrowIfCancellationRequested(); // the other script may have failed and left
    }

    /// <summary>Passes the baton to the other script and waits until it returns.</summary>
    public void Pass(Side side, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _holder = side.Peer();
            Monitor.PulseAll(_lock);
        }

        Take(side, cancellation);
    }

    /// <summary>Ends the turns when one script has ended: the other one never waits again.</summary>
    public void Leave(Side side)
    {
        lock (_lock)
        {
            _holder = side.Peer();
            _isShared = false;
            Monitor.PulseAll(_lock);
        }
    }
}
