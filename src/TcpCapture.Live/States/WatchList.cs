using System.Collections.Concurrent;
using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>The watched connections and listeners. Any thread adds entries; only the sampling thread reads and removes them.</summary>
/// <remarks>
/// The list is bounded, because the addresses come from the network: a SYN flood must not cause a flood of samples.
/// Closed connections stay in TIME_WAIT for a minute. If there are many, they rest: they are sampled only every few seconds,
/// shortly before their timer ends, and when the capture shows a segment of the connection.
/// </remarks>
internal sealed class WatchList(int capacity = WatchList.DefaultCapacity)
{
    public const int DefaultCapacity = 4096; // maximum number of sampled entries; resting entries do not count

    /// <summary>Maximum number of resting entries. Beyond it, those that wake first are dropped, and their end is not observed.</summary>
    public const int MaxResting = 8192;
    public const int Few = 64; // up to this number of entries, none rests
    public const long MillisecondsBeforeTimer = 50; // how long before the end of its timer an entry wakes, in milliseconds
    public const long MinRest = 100; // minimum rest, in milliseconds; applies to an entry with an overdue timer
    public const long MaxRest = 5000; // maximum rest, in milliseconds: a host with too many sockets in TIME_WAIT ends them early
    public const int RoundsAfterDisappearance = 100; // rounds without a socket after which a connection that had one leaves the list
    public const long MillisecondsToAppear = 2000; // time within which a socket of the connection must appear on this host, in milliseconds

    private readonly ConcurrentDictionary<FourTuple, WatchedSocket> _ends = new();
    private readonly ConcurrentQueue<WatchEntry> _newcomers = new();
    private readonly List<WatchEntry> _entries = [];
    private readonly PriorityQueue<(WatchEntry Entry, int Number), long> _resting = new();
    private readonly Lock _entering = new();
    private int _count;
    private long _refused;

    /// <summary>Connections refused because the list was full.</summary>
    public long Refused => Volatile.Read(ref _refused);
    public bool IsEmpty => _entries.Count == 0 && _newcomers.IsEmpty && _resting.Count == 0;

    /// <summary>Sampling thread: the entries to sample.</summary>
    public List<WatchEntry> Entries => _entries;

    /// <summary>Adds or wakes a connection; false if nothing changed.</summary>
    public bool Add(FourTuple connection)
    {
        if (!_ends.TryGetValue(connection, out var known)) return !RefusesMore() && Enter(WatchEntry.ForConnection(connection));
        if (known.Entry is not { IsResting: true } entry || !entry.TryWake()) return false;
        _newcomers.Enqueue(entry);
        return true;
    }

    /// <summary>Adds a listener; false if it was in the list or the list is full.</summary>
    public bool AddListener(Endpoint listener) =>
        !_ends.ContainsKey(WatchedSocket.ForListener(listener)) && !RefusesMore() && Enter(WatchEntry.ForListener(listener));

    /// <summary>Sampling thread: admits the next added or woken entry.</summary>
    public bool TryAdmit(long now, out WatchEntry entry)
    {
        if (!_newcomers.TryDequeue(out entry!)) return false;
        if (entry.Rests == 0) entry.Admitted(now);
        else Resume(entry);
        _entries.Add(entry);
        return true;
    }

    /// <summary>Sampling thread, before a round: wakes the entries that have rested long enough.</summary>
    public void WakeRested(long now)
    {
        while (_resting.TryPeek(out var first, out var until) && until <= now)
        {
            _resting.Dequeue();
            if (first.Entry.Rests != first.Number || !first.Entry.TryWake()) continue; // a segment has woken the entry
            Resume(first.Entry);
            _entries.Add(first.Entry);
        }
    }

    /// <summary>Sampling thread, after a round: removes ended entries and lets quiet ones rest.</summary>
    public void RemoveEnded(long now)
    {
        // List.RemoveAll would allocate a closure each round.
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

    /// <summary>Checked before an entry is created, so that a flood allocates nothing.</summary>
    private bool RefusesMore()
    {
        if (Volatile.Read(ref _count) < capacity) return false;
        Interlocked.Increment(ref _refused);
        return true;
    }

    private bool Enter(WatchEntry entry)
    {
        lock (_entering)
        {
            // Checked again inside the lock: two threads can add both directions of a connection at the same time.
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
