using TcpCapture.Model;

namespace TcpCapture.Live.Observation;

/// <summary>Counts connections during the capture, from segments only and in limited memory; the timeline is more exact.</summary>
internal sealed class TrafficTally
{
    private const int MaxConnections = 1 << 16; // the maximum number of known connections; only the segments of further ones are counted

    /// <summary>The maximum number of ended connections that are kept, so that their last segments count as no new connection.</summary>
    private const int MaxClosed = 1 << 12;

    private readonly Lock _gate = new();
    private readonly Dictionary<FourTuple, Progress> _connections = [];
    private readonly Queue<FourTuple> _closed = new();
    private long _seen;
    private long _over;
    private long _segments;
    private long _resets;
    private long _synRetransmissions;
    private long _retransmissions;
    private long _failed;

    /// <summary>Called under the lock for every change of a connection; it must not wait.</summary>
    public Action<ConnectionChange>? Changed { get; init; }

    public TrafficCounts Counts
    {
        get
        {
            lock (_gate) return new TrafficCounts(_seen, _seen - _over, _segments, _resets, _synRetransmissions, _retransmissions, _failed);
        }
    }

    /// <summary>Adds a connection that existed before the first segment.</summary>
    public void OnFound(SocketSample sample)
    {
        if (sample.Kind is not (SocketKind.Full or SocketKind.Request)) return;
        lock (_gate) _ = Enter(new FourTuple(sample.Local, sample.Remote).Normalized, default);
    }

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
                // Neither an RST that refuses a SYN nor the last segments of a forgotten connection open a new one.
                if (!segment.Has(TcpFlags.Rst) && !segment.Has(TcpFlags.Fin))
                    Enter(key, new Progress(isSyn ? segment.Seq : null), segment);
                return;
            }

            if (isSyn && progress.Syn == segment.Seq && !progress.IsOver)
            {
                _synRetransmissions++;
                Report(ConnectionChangeKind.SynRetransmitted, segment);
            }
            else if (isSyn && progress.IsOver)
            {
                _connections.Remove(key);
                Enter(key, new Progress(segment.Seq), segment);
                return;
            }
            else if (isSyn) progress = progress with { Syn = segment.Seq };
            else if (segment.Length > 0 || segment.Has(TcpFlags.Fin)) progress = Advance(progress, segment, isFirstEnd);

            if (segment.Has(TcpFlags.Fin))
                progress = isFirstEnd ? progress with { FirstClosed = true } : progress with { SecondClosed = true };
            if (!progress.IsOver && (segment.Has(TcpFlags.Rst) || progress is { FirstClosed: true, SecondClosed: true }))
            {
                progress = progress with { IsOver = true };
                _over++;
                if (segment.Has(TcpFlags.Rst)) _failed++;
                Report(segment.Has(TcpFlags.Rst) ? ConnectionChangeKind.Reset : ConnectionChangeKind.Closed, segment);
                _closed.Enqueue(key);
                Forget();
            }

            if (_connections.ContainsKey(key)) _connections[key] = progress;
        }
    }

    /// <summary>Counts a segment with nothing new as a retransmission, but for keep-alives.</summary>
    private Progress Advance(Progress progress, in Segment segment, bool isFirstEnd)
    {
        var next = isFirstEnd ? progress.FirstNext : progress.SecondNext;
        var isNew = next is not { } known || (int)(segment.NextSeq - known) > 0;
        if (!isNew && (segment.Length > 1 || segment.Has(TcpFlags.Fin) || segment.NextSeq != next)) _retransmissions++;
        if (!isNew) return progress;
        return isFirstEnd ? progress with { FirstNext = segment.NextSeq } : progress with { SecondNext = segment.NextSeq };
    }

    private bool Enter(FourTuple key, Progress progress)
    {
        if (_connections.Count >= MaxConnections || !_connections.TryAdd(key, progress)) return false;
        _seen++;
        return true;
    }

    private void Enter(FourTuple key, Progress progress, in Segment segment)
    {
        if (Enter(key, progress)) Report(progress.Syn is null ? ConnectionChangeKind.Found : ConnectionChangeKind.Opened, segment);
    }

    private void Report(ConnectionChangeKind kind, in Segment segment) =>
        Changed?.Invoke(new ConnectionChange(kind, segment.Time, segment.Source, segment.Destination));

    private void Forget()
    {
        while (_closed.Count > MaxClosed)
        {
            var key = _closed.Dequeue();
            if (_connections.TryGetValue(key, out var progress) && progress.IsOver) _connections.Remove(key);
        }
    }

    private readonly record struct Progress(uint? Syn, bool FirstClosed = false, bool SecondClosed = false, bool IsOver = false)
    {
        public uint? FirstNext { get; init; }
        public uint? SecondNext { get; init; }
    }
}
