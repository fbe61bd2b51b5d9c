using TcpCapture.Model;

namespace TcpCapture.Recordings;

/// <summary>
/// Sorts the observations of several sources by time. Thread-safe; the next sink is called by one thread at a time.
/// </summary>
/// <remarks>
/// Theory of operation. An observation is held until another one is later by more than the window. Then it is passed on, in
/// the order of <see cref="ReorderKey"/>. Frames keep their order, which is the order on the wire: a frame with an earlier
/// timestamp than its predecessor gets the predecessor's time as its key. So frames need a queue only; calls, samples and
/// owners need a heap.
///
/// A call is observed at its begin and at its return. If it took at most half the window, the return replaces the begin, which
/// is still held. If it took longer, the return is passed on as a second observation, at its end. A return without a begin
/// comes from a file written from a timeline and is placed at its begin. Only recorded times decide this. So the output does
/// not depend on how the sources interleave, as long as no source lags by more than half the window: the begin of a call must
/// still be held at its return.
///
/// A late observation is passed on at once and counted. Memory is bounded by the window, a number of observations and the
/// bytes of their frames; beyond these limits the earliest observations are passed on early.
/// </remarks>
internal sealed class ReorderWindow : IObservationSink
{
    private const int CallRank = 0;
    private const int FrameRank = 1;
    private const int SampleRank = 2;
    private const int OwnerRank = 3;
    private const int TraceRank = 4;

    private readonly Lock _gate = new();
    private readonly IObservationSink _next;
    private readonly long _window;
    private readonly int _capacity;
    private readonly long _capacityBytes;
    private readonly FrameQueue _frames = new();
    private readonly PriorityQueue<object, ReorderKey> _others = new();
    private readonly Dictionary<long, HeldCall> _begun = [];
    private long _arrivals;
    private long _newest = long.MinValue;
    private long _newestFrame = long.MinValue;
    private ReorderKey _passed = new(long.MinValue, 0, 0, 0);

    /// <param name="next">Receives the observations in order.</param>
    /// <param name="window">How long an observation is held, in recorded time; 2 s by default, as a source may lag that much on a busy machine.</param>
    /// <param name="capacity">Maximum number of observations held.</param>
    /// <param name="capacityBytes">Maximum bytes of frames held.</param>
    public ReorderWindow(
        IObservationSink next, TimeSpan? window = null, int capacity = 1 << 20, long capacityBytes = 256L * 1024 * 1024)
    {
        _next = next;
        _window = (window ?? TimeSpan.FromSeconds(2)).Ticks * 100;
        _capacity = capacity;
        _capacityBytes = capacityBytes;
    }

    /// <summary>Number of observations that came out of order.</summary>
    public long Late { get; private set; }

    /// <inheritdoc/>
    public void OnFrame(in Frame frame)
    {
        lock (_gate)
        {
            _newestFrame = Math.Max(_newestFrame, frame.Time.Nanoseconds);
            var key = new ReorderKey(_newestFrame, FrameRank, 0, _arrivals++);
            if (IsLate(key))
            {
                _next.OnFrame(frame);
                return;
            }

            _frames.Add(key.Time, frame);
            Advance(key.Time);
        }
    }

    /// <inheritdoc/>
    public void OnCall(SocketCall call)
    {
        lock (_gate)
        {
            if (call.End is not { } end)
            {
                var begun = new HeldCall(call);
                Remember(begun);
                Hold(begun, call.Begin, CallRank, call.Id);
            }
            else if (!_begun.Remove(call.Id, out var held))
            {
                Hold(new HeldCall(call), call.Begin, CallRank, call.Id);
            }
            else if (!held.Passed && end - held.Call.Begin <= _window / 2)
            {
                held.Call = call;
                Advance(end.Nanoseconds);
            }
            else
            {
                Hold(new HeldCall(call), Timestamp.Max(end, held.Call.Begin), CallRank, call.Id);
            }
        }
    }

    /// <inheritdoc/>
    public void OnSample(SocketSample sample)
    {
        lock (_gate) Hold(sample, Ahead(sample.NotAfter), SampleRank);
    }

    /// <inheritdoc/>
    public void OnTrace(KernelEvent trace)
    {
        lock (_gate) Hold(trace, Ahead(trace.Time), TraceRank);
    }

    /// <inheritdoc/>
    public void OnOwner(SocketOwner owner)
    {
        lock (_gate) Hold(owner, owner.Time, OwnerRank);
    }

    /// <summary>Passes on everything held, at the end.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            while (_frames.Count + _others.Count > 0) PassFirst();
        }
    }

    private void Hold(object observation, Timestamp time, int rank, long call = 0)
    {
        var key = new ReorderKey(time.Nanoseconds, rank, call, _arrivals++);
        if (IsLate(key))
        {
            Pass(observation);
            return;
        }

        _others.Enqueue(observation, key);
        Advance(key.Time);
    }

    /// <summary>
    /// Samples and kernel events are passed on half a window early: when a segment implies a change, it is then known whether
    /// they show it too.
    /// </summary>
    private Timestamp Ahead(Timestamp time) => new(time.Nanoseconds - _window / 2);

    private bool IsLate(in ReorderKey key)
    {
        if (key.CompareTo(_passed) >= 0) return false;
        Late++;
        return true;
    }

    private void Advance(long time)
    {
        _newest = Math.Max(_newest, time);
        while (_frames.Count + _others.Count > _capacity || _frames.Bytes > _capacityBytes) PassFirst();
        while (_frames.Count + _others.Count > 0 && (Int128)_newest - First().Time > _window) PassFirst();
    }

    private ReorderKey First()
    {
        if (_frames.Count == 0)
        {
            _others.TryPeek(out _, out var first);
            return first;
        }

        var frame = new ReorderKey(_frames.FirstKey, FrameRank, 0, 0); // frames are a queue, so they need no order of arrival
        return _others.TryPeek(out _, out var other) && other.CompareTo(frame) < 0 ? other : frame;
    }

    private void PassFirst()
    {
        _passed = First();
        if (_passed.Rank == FrameRank)
        {
            _next.OnFrame(_frames.First);
            _frames.RemoveFirst();
        }
        else
        {
            Pass(_others.Dequeue());
        }
    }

    private void Pass(object observation)
    {
        switch (observation)
        {
            case HeldCall held:
                held.Passed = true;
                _next.OnCall(held.Call);
                break;
            case SocketSample sample:
                _next.OnSample(sample);
                break;
            case KernelEvent trace:
                _next.OnTrace(trace);
                break;
            case SocketOwner owner:
                _next.OnOwner(owner);
                break;
        }
    }

    private void Remember(HeldCall begun)
    {
        _begun[begun.Call.Id] = begun;
        if (_begun.Count <= 2 * (long)_capacity) return;

        // Bounds memory for calls that never return. If one does, its return counts as late.
        foreach (var (id, held) in _begun)
        {
            if (held.Passed) _begun.Remove(id);
        }
    }

    /// <summary>A call that is held, or was passed on before it returned.</summary>
    private sealed class HeldCall(SocketCall call)
    {
        public SocketCall Call { get; set; } = call;

        public bool Passed { get; set; }
    }
}

/// <summary>The position of an observation in the order of a recording.</summary>
/// <param name="Time">Nanoseconds since 1970.</param>
/// <param name="Rank">At equal times: 0 calls, 1 frames, 2 samples, 3 owners.</param>
/// <param name="Call">Of calls: their number, which orders calls of two threads at the same time.</param>
/// <param name="Arrival">The order of arrival, which is always the same within a source.</param>
internal readonly record struct ReorderKey(long Time, int Rank, long Call, long Arrival) : IComparable<ReorderKey>
{
    public int CompareTo(ReorderKey other)
    {
        var order = Time.CompareTo(other.Time);
        if (order == 0) order = Rank.CompareTo(other.Rank);
        if (order == 0) order = Call.CompareTo(other.Call);
        return order != 0 ? order : Arrival.CompareTo(other.Arrival);
    }
}
