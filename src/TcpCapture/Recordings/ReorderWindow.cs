using TcpCapture.Model;

namespace TcpCapture.Recordings;

/// <summary>Sorts the observations of several sources by time. Thread-safe; the next sink is called by one thread at a time.</summary>
// Theory of operation. An observation is held until another one is later by more than the window. Then it is emitted, in
// the order of ReorderKey. Frames keep their order, which is the order on the wire: a frame with an earlier timestamp than
// its predecessor gets the predecessor's time as its key. So frames need only a queue; calls, samples and owners need a heap.
//
// A call is observed when it is entered and when it returns. If it took at most half the window, the return replaces the
// entry, which is still held. If it took longer, the return is emitted as a second observation, at its end. A return without
// an entry comes from a file written from a timeline and is placed at the entry. Only recorded times decide this, so the
// output does not depend on how the sources interleave, as long as no source lags by more than half the window.
//
// A late observation is emitted at once and counted. Memory is bounded by the window, a number of observations and the
// bytes of their frames; beyond these limits the earliest observations are emitted early.
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

    // The window is in recorded time, 2 s by default: a source can lag that much on a busy machine.
    // At most `capacity` observations, and `capacityBytes` bytes of frames, are held.
    public ReorderWindow(
        IObservationSink next, TimeSpan? window = null, int capacity = 1 << 20, long capacityBytes = 256L * 1024 * 1024)
    {
        _next = next;
        _window = (window ?? TimeSpan.FromSeconds(2)).Ticks * 100;
        _capacity = capacity;
        _capacityBytes = capacityBytes;
    }

    public long Late { get; private set; } // number of observations that came out of order

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

    public void OnSample(SocketSample sample)
    {
        lock (_gate) Hold(sample, Ahead(sample.NotAfter), SampleRank);
    }

    public void OnTrace(KernelEvent trace)
    {
        lock (_gate) Hold(trace, Ahead(trace.Time), TraceRank);
    }

    public void OnOwner(SocketOwner owner)
    {
        lock (_gate) Hold(owner, owner.Time, OwnerRank);
    }

    /// <summary>Emits everything held, at the end.</summary>
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

    /// <summary>Samples and kernel events are emitted half a window early, before the segments that imply the same changes.</summary>
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
        if (observation is HeldCall held) held.Passed = true;
        _next.On((observation as HeldCall)?.Call ?? observation);
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

    /// <summary>A call that is held, or was emitted before it returned.</summary>
    private sealed class HeldCall(SocketCall call)
    {
        public SocketCall Call { get; set; } = call;
        public bool Passed { get; set; }
    }
}

/// <summary>The position of an observation in the order of a recording.</summary>
// At equal times the rank decides (calls, frames, samples, owners, kernel events), then a call's number, because two threads
// can call at the same time, then the order of arrival, which is always the same within a source.
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
