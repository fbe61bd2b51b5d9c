using TcpCapture.Model;

namespace TcpCapture.Live.Observation;

/// <summary>
/// Counts what passes, for people who watch: from segments alone and in bounded memory, so beside the timeline it is a rough count.
/// </summary>
internal sealed class TrafficTally
{
    /// <summary>Connections told apart at once; of more than these only the segments are counted.</summary>
    private const int MostConnections = 1 << 16;

    /// <summary>Closed ones are remembered for their last segments, the latest that many.</summary>
    private const int MostClosed = 1 << 12;

    private readonly Lock _gate = new();
    private readonly Dictionary<FourTuple, Progress> _connections = [];
    private readonly Queue<FourTuple> _closed = new();
    private long _seen;
    private long _over;
    private long _segments;
    private long _resets;
    private long _synRetransmissions;

    /// <summary>The counts so far.</summary>
    public TrafficCounts Counts
    {
        get
        {
            lock (_gate) return new TrafficCounts(_seen, _seen - _over, _segments, _resets, _synRetransmissions);
        }
    }

    /// <summary>A connection that was there before the first segment.</summary>
    public void OnFound(SocketSample sample)
    {
        if (sample.Kind is not (SocketKind.Full or SocketKind.Request)) return;
        lock (_gate) Enter(new FourTuple(sample.Local, sample.Remote).Normalized, default);
    }

    /// <summary>A segment passed.</summary>
    public void OnSegment(in Segment segment)
    {
        var key = segment.FourTuple.Normalized;
        var isFirstEnd = key.Local == segment.Source;
        var isSyn = segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack);
        lock (_gate)
        {
            _segments++;
            if (segment.Has(TcpFlags.Rst)) _resets++;
            if (!_connections.TryGetValue(key, out var progress))
            {
                // An answer to a SYN that was not let in is no connection; nor is what comes after one was forgotten.
                if (!segment.Has(TcpFlags.Rst) && !segment.Has(TcpFlags.Fin))
                    Enter(key, new Progress { Syn = isSyn ? segment.Seq : null });
                return;
            }

            if (isSyn && progress.Syn == segment.Seq && !progress.IsOver) _synRetransmissions++;
            else if (isSyn && progress.IsOver)
            {
                _connections.Remove(key);
                Enter(key, new Progress { Syn = segment.Seq });
                return;
            }
            else if (isSyn) progress = progress with { Syn = segment.Seq };

            if (segment.Has(TcpFlags.Fin)) progress = isFirstEnd ? progress with { FirstClosed = true } : progress with { SecondClosed = true };
            if (!progress.IsOver && (segment.Has(TcpFlags.Rst) || progress is { FirstClosed: true, SecondClosed: true }))
            {
                progress = progress with { IsOver = true };
                _over++;
                _closed.Enqueue(key);
                Forget();
            }

            if (_connections.ContainsKey(key)) _connections[key] = progress;
        }
    }

    private void Enter(FourTuple key, Progress progress)
    {
        if (_connections.Count >= MostConnections || !_connections.TryAdd(key, progress)) return;
        _seen++;
    }

    private void Forget()
    {
        while (_closed.Count > MostClosed)
        {
            var key = _closed.Dequeue();
            if (_connections.TryGetValue(key, out var progress) && progress.IsOver) _connections.Remove(key);
        }
    }

    private readonly record struct Progress
    {
        public uint? Syn { get; init; }

        public bool FirstClosed { get; init; }

        public bool SecondClosed { get; init; }

        public bool IsOver { get; init; }
    }
}
