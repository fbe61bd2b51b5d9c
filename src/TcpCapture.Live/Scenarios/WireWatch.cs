using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// Follows the segments of a run so that a script can wait until the wire shows what it has caused. That a send has
/// returned says nothing: the segment may not have been delivered yet, and its acknowledgement may come 40 ms later.
/// </summary>
internal sealed class WireWatch
{
    /// <summary>Four-tuples followed at most; those beyond it are not, so that a flood cannot fill the memory.</summary>
    private const int Limit = 8192;

    private readonly object _lock = new();
    private readonly Dictionary<FourTuple, DirectionOnWire> _directions = [];
    private readonly List<string> _notes = [];

    /// <summary>What was waited for and did not come: one sentence each.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_lock) return [.. _notes];
        }
    }

    /// <summary>Takes a segment; called by the capture's thread.</summary>
    public void OnSegment(in Segment segment)
    {
        lock (_lock)
        {
            var tuple = segment.FourTuple;
            if (!_directions.ContainsKey(tuple) && _directions.Count >= Limit) return;
            Direction(tuple).OnSegment(segment, Direction(tuple.Reverse()));
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>
    /// Waits until all that one end has sent is acknowledged, or the connection is reset. The caller says how much that
    /// is, because it may not have been captured yet.
    /// </summary>
    /// <param name="from">The connection seen from the end that sent.</param>
    /// <param name="length">Sequence space after the SYN: bytes, plus one for a FIN.</param>
    /// <param name="timeout">Longest time to wait; afterwards a note is left.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False if the time was over.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public bool WaitAcknowledged(FourTuple from, long length, TimeSpan timeout, CancellationToken cancellation) =>
        WaitFor(
            from,
            wire => wire.IsReset || wire.IsAcknowledged(length),
            "an acknowledgement of all it sent",
            timeout,
            cancellation);

    /// <summary>Waits until a condition holds for a connection.</summary>
    /// <param name="from">The connection, seen from one of its ends.</param>
    /// <param name="condition">The condition; called under a lock, so it must be short.</param>
    /// <param name="awaited">What is awaited, for the note.</param>
    /// <param name="timeout">Longest time to wait; afterwards a note is left.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False if the time was over.</returns>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public bool WaitFor(
        FourTuple from, Func<ConnectionOnWire, bool> condition, string awaited, TimeSpan timeout, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var connection = new ConnectionOnWire(Direction(from), Direction(from.Reverse()));
            return Wait(() => condition(connection), $"{from}: {awaited}", timeout, cancellation);
        }
    }

    /// <summary>Waits until a condition holds for some connection to a server, seen from its client.</summary>
    /// <inheritdoc cref="WaitFor"/>
    public bool WaitForClient(
        Endpoint server, Func<ConnectionOnWire, bool> condition, string awaited, TimeSpan timeout, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Wait(
                () =>
                {
                    foreach (var (tuple, sent) in _directions)
                    {
                        if ((tuple.Remote == server || (server.IsAnyAddress && tuple.Remote.Port == server.Port)) &&
                            _directions.TryGetValue(tuple.Reverse(), out var received) &&
                            condition(new ConnectionOnWire(sent, received))) return true;
                    }

                    return false;
                },
                $"a client of {server}: {awaited}",
                timeout,
                cancellation);
        }
    }

    private bool Wait(Func<bool> condition, string awaited, TimeSpan timeout, CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        var wake = cancellation.UnsafeRegister(
            static watch =>
            {
                lock (watch!) Monitor.PulseAll(watch);
            },
            _lock);
        try
        {
            while (!condition())
            {
                cancellation.ThrowIfCancellationRequested();
                var left = deadline - Environment.TickCount64;
                if (left <= 0)
                {
                    _notes.Add(
                        $"Waited {timeout.TotalSeconds:0.#} s in vain for {awaited}. " +
                        "Was a segment dropped, by a firewall for example?");
                    return false;
                }

                Monitor.Wait(_lock, (int)Math.Min(left, int.MaxValue));
            }

            return true;
        }
        finally
        {
            wake.Unregister(); // Dispose would wait for the callback, which waits for the lock held here
        }
    }

    private DirectionOnWire Direction(FourTuple tuple)
    {
        if (_directions.TryGetValue(tuple, out var direction)) return direction;
        direction = new DirectionOnWire();
        _directions.Add(tuple, direction);
        return direction;
    }
}
