using System.Collections.Concurrent;
using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>
/// What is watched. Any thread adds, only the sampling thread goes through it and takes out. Bounded, because the
/// addresses come from the network: a flood of SYNs must not become a flood of looks.
/// </summary>
/// <remarks>
/// A program that opens and closes connections leaves each in TIME_WAIT for a minute. Where there are many, those rest: they
/// are looked at now and then, when their timer is about to end, and when a segment of theirs passes.
/// </remarks>
internal sealed class WatchList(int capacity = WatchList.DefaultCapacity)
{
    /// <summary>Most that are looked at, those that rest not counted.</summary>
    public const int DefaultCapacity = 4096;

    /// <summary>Most that rest; beyond it those whose timer ends first go, and their end will not be seen.</summary>
    public const int MaxResting = 8192;

    /// <summary>As long as there are no more, all are looked at in every round.</summary>
    public const int Few = 64;

    /// <summary>So long before its timer ends a resting one is looked at in every round again, in milliseconds.</summary>
    public const long MillisecondsBeforeTimer = 50;

    /// <summary>A timer that is overdue is looked at so often, in milliseconds.</summary>
    public const long MinRest = 100;

    /// <summary>A look at least so often: a host with too many ends them before their time. In milliseconds.</summary>
    public const long MaxRest = 5000;

    /// <summary>Empty rounds after which a connection that was there is no longer looked for.</summary>
    public const int RoundsAfterDisappearance = 100;

    /// <summary>Time in which a connection has to show up on this host.</summary>
    public const long MillisecondsToAppear = 2000;

    private readonly ConcurrentDictionary<FourTuple, WatchedSocket> _ends = new();
    private readonly ConcurrentQueue<WatchEntry> _newcomers = new();
    private readonly List<WatchEntry> _entries = [];
    private readonly PriorityQueue<(WatchEntry Entry, int Number), long> _resting = new();
    private readonly Lock _entering = new();
    private int _count;
    private long _refused;

    /// <summary>Connections turned away because the list was full.</summary>
    public long Refused => Volatile.Read(ref _refused);

    public bool IsEmpty => _entries.Count == 0 && _newcomers.IsEmpty && _resting.Count == 0;

    /// <summary>The entries that are to be looked at, for the sampling thread.</summary>
    public List<WatchEntry> Entries => _entries;

    /// <summary>True if the connection is to be looked at anew: it was not in the list and now is, or it was resting.</summary>
    public bool Add(FourTuple connection)
    {
        if (!_ends.TryGetValue(connection, out var known)) return !TurnAway() && Enter(WatchEntry.ForConnection(connection));
        if (known.Entry is not { IsResting: true } entry || !entry.TryWake()) return false;
        _newcomers.Enqueue(entry);
        return true;
    }

    /// <summary>True if the listener was not in the list and now is.</summary>
    public bool AddListener(Endpoint listener) =>
        !_ends.ContainsKey(WatchedSocket.ForListener(listener)) && !TurnAway() && Enter(WatchEntry.ForListener(listener));

    /// <summary>Sampling thread: takes the next newcomer into the list.</summary>
    public bool TryAdmit(long now, out WatchEntry entry)
    {
        if (!_newcomers.TryDequeue(out entry!)) return false;
        if (entry.Rests == 0) entry.Admitted(now);
        else Resume(entry);
        _entries.Add(entry);
        return true;
    }

    /// <summary>Sampling thread, before a round: takes back in what has rested for long enough.</summary>
    public void WakeRested(long now)
    {
        while (_resting.TryPeek(out var first, out var until) && until <= now)
        {
            _resting.Dequeue();
            if (first.Entry.Rests != first.Number || !first.Entry.TryWake()) continue; // a segment has woken it
            Resume(first.Entry);
            _entries.Add(first.Entry);
        }
    }

    /// <summary>Sampling thread, after a round: lets go what is over.</summary>
    public void RemoveEnded(long now)
    {
        // By hand, since List.RemoveAll would need a closure each round.
        var kept = 0;
        var areMany = _entries.Count + _resting.Count > Few;
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (entry.IsOver(now)) Leave(entry);
            else if (areMany && entry.QuietMilliseconds() is > 0 and var quiet) Rest(entry, now + quiet);
            else _entries[kept++] = entry;
        }

        _entries.RemoveRange(kept, _entries.Count - kept);
    }

    public bool TryFind(FourTuple end, out WatchedSocket found) => _ends.TryGetValue(end, out found!);

    /// <summary>A full list turns away without making an entry first: in a flood each segment would.</summary>
    private bool TurnAway()
    {
        if (Volatile.Read(ref _count) < capacity) return false;
        Interlocked.Increment(ref _refused);
        return true;
    }

    private bool Enter(WatchEntry entry)
    {
        lock (_entering)
        {
            // Asked again inside the lock: two threads may add the two directions of one connection at once.
            if (_ends.ContainsKey(entry.Ends[0].End)) return false;
            if (_count == capacity)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }

            _count++;
            foreach (var end in entry.Ends) _ends[end.End] = end;
        }

        _newcomers.Enqueue(entry);
        return true;
    }

    private void Rest(WatchEntry entry, long until)
    {
        entry.Rest();
        lock (_entering) _count--;
        _resting.Enqueue((entry, entry.Rests), until);
        while (_resting.Count > MaxResting)
        {
            var (first, number) = _resting.Dequeue();
            if (first.Rests != number || !first.TryWake()) continue;
            Resume(first);
            Leave(first);
        }
    }

    private void Resume(WatchEntry entry)
    {
        entry.Resume();
        lock (_entering) _count++;
    }

    private void Leave(WatchEntry entry)
    {
        lock (_entering)
        {
            foreach (var end in entry.Ends) _ends.TryRemove(end.End, out _);
            _count--;
        }
    }
}
