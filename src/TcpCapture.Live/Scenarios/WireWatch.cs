using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// Follows the captured segments of a run, so that a script can wait for the effects of its calls. When send returns, the
/// segment may not have been delivered yet, and its acknowledgement can take another 40 ms.
/// </summary>
internal sealed class WireWatch
{
    /// <summary>The maximum number of four-tuples; further ones are ignored, so that a flood cannot fill the memory.</summary>
    private const int MaxFourTuples = 8192;

    private readonly object _lock = new();
    private readonly Dictionary<FourTuple, DirectionOnWire> _directions = [];
    private readonly List<string> _notes = [];

    /// <summary>The waits that timed out, one sentence each.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_lock) return [.. _notes];
        }
    }

    public void OnSegment(in Segment segment)
    {
        lock (_lock)
        {
            var tuple = segment.FourTuple;
            if (!_directions.ContainsKey(tuple) && _directions.Count >= MaxFourTuples) return;
            Direction(tuple).OnSegment(segment, Direction(tuple.Reverse()));
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits until the connection is reset or this much sequence space after the SYN is acknowledged; a FIN counts 1.</summary>
    /// <remarks>The caller passes the length, because the segments may not have been captured yet.</remarks>
    public bool WaitAcknowledged(FourTuple from, long length, TimeSpan timeout, CancellationToken cancellation) =>
        WaitFor(from, wire => wire.IsReset || wire.IsAcknowledged(length), "an acknowledgement of all it sent", timeout, cancellation);

    /// <summary>Waits until a condition holds for a connection, seen from its sender; false and a note on a timeout.</summary>
    /// <remarks>The condition is called under a lock, so it must be short.</remarks>
    public bool WaitFor(
        FourTuple from, Func<ConnectionOnWire, bool> condition, string awaited, TimeSpan timeout, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var connection = new ConnectionOnWire(Direction(from), Direction(from.Reverse()));
            return Wait(() => condition(connection), $"{from}: {awaited}", timeout, cancellation);
        }
    }

    /// <summary>Waits until a condition holds for any connection to a server, seen from its client.</summary>
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
                        $"Timed out after {timeout.TotalSeconds:0.#} s waiting for {awaited}. Did a firewall drop a segment?");
                    return false;
                }

                Monitor.Wait(_lock, (int)Math.Min(left, int.MaxValue));
            }

            return true;
        }
        finally
        {
            wake.Unregister(); // Dispose would deadlock: it waits for the callback, which waits for this lock
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
