using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// Makes two scripts take turns: only the one that holds the baton acts. The server has it first. Where only one of the
/// programs runs here the baton has no meaning, and the blocking calls themselves order things.
/// </summary>
/// <param name="isShared">True if both programs run here.</param>
internal sealed class Baton(bool isShared)
{
    private readonly object _lock = new();
    private Side _holder = Side.Server;
    private bool _isShared = isShared;

    /// <summary>Waits for the baton.</summary>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
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

        cancellation.ThrowIfCancellationRequested(); // the other script may have left because it failed
    }

    /// <summary>Gives the baton away and waits until it is back.</summary>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public void Pass(Side side, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _holder = side.Peer();
            Monitor.PulseAll(_lock);
        }

        Take(side, cancellation);
    }

    /// <summary>Gives the baton away for good: one script is done, the other need not wait any more.</summary>
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
