using System.Collections;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Passes on the kernel events of captured connections, from a trace of every port. Thread-safe.</summary>
/// <remarks>
/// An event waits before the decision, because a socket enters SYN_SENT before its SYN is sent, and frames arrive late.
/// Memory is bounded: captured connections are kept in two generations. When the younger is full, the older is dropped;
/// a connection that still sends enters the younger again.
/// </remarks>
internal sealed class CapturedEventFilter(IObservationSink next, TimeSpan? patience = null, int capacity = 1 << 16)
{
    private readonly long _patience = (patience ?? TimeSpan.FromSeconds(1)).Ticks * 100;
    private readonly Lock _gate = new();
    private readonly Queue<KernelEvent> _held = new();
    private readonly BitArray _ports = new(1 << 16);
    private HashSet<FourTuple> _seen = [];
    private HashSet<FourTuple> _seenBefore = [];
    private HashSet<Endpoint> _ends = [];
    private HashSet<Endpoint> _endsBefore = [];
    private long _newest = long.MinValue;

    public int Held
    {
        get
        {
            lock (_gate) return _held.Count;
        }
    }

    public void OnSegment(FourTuple connection, Timestamp time)
    {
        lock (_gate)
        {
            if (_seen.Add(connection.Normalized))
            {
                _ports[connection.Local.Port] = _ports[connection.Remote.Port] = true;
                _ends.Add(connection.Local);
                _ends.Add(connection.Remote);
                if (_seen.Count >= capacity) NextGeneration();
            }

            Advance(time.Nanoseconds);
        }
    }

    public void OnTrace(KernelEvent trace)
    {
        lock (_gate)
        {
            _held.Enqueue(trace);
            if (_held.Count > capacity) Decide(_held.Dequeue());
            Advance(trace.Time.Nanoseconds);
        }
    }

    /// <summary>Decides on all events before a moment without further waiting.</summary>
    public void Flush(Timestamp before)
    {
        lock (_gate)
        {
            while (_held.TryPeek(out var first) && first.Time < before) Decide(_held.Dequeue());
        }
    }

    private void Advance(long now)
    {
        _newest = Math.Max(_newest, now);
        while (_held.TryPeek(out var first) && _newest - first.Time.Nanoseconds > _patience) Decide(_held.Dequeue());
    }

    private void Decide(KernelEvent trace)
    {
        if (IsWanted(trace)) next.OnTrace(trace);
    }

    private bool IsWanted(KernelEvent trace)
    {
        if (trace.Kind is KernelEventKind.Gap or KernelEventKind.Drop) return true;
        if (trace.Remote.Port == 0) return _ports[trace.Local.Port]; // a listener
        // A socket that begins to connect has no port yet.
        if (trace.Local.Port == 0) return _ends.Contains(trace.Remote) || _endsBefore.Contains(trace.Remote);
        var connection = trace.FourTuple.Normalized;
        return _seen.Contains(connection) || _seenBefore.Contains(connection);
    }

    private void NextGeneration()
    {
        (_seen, _seenBefore) = (_seenBefore, _seen);
        (_ends, _endsBefore) = (_endsBefore, _ends);
        _seen.Clear();
        _ends.Clear();
    }
}
