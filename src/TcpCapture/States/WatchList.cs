using System.Collections.Concurrent;
using TcpCapture.Model;

namespace TcpCapture.States;

/// <summary>
/// What is watched. Any thread adds, only the sampling thread goes through it and takes out. Bounded, because the
/// addresses come from the network: a flood of SYNs must not become a flood of looks.
/// </summary>
internal sealed class WatchList(int capacity = WatchList.DefaultCapacity)
{
    public const int DefaultCapacity = 1024;

    /// <summary>Empty rounds after which a connection that was there is no longer looked for.</summary>
    public const int RoundsAfterDisappearance = 100;

    /// <summary>Time in which a connection has to show up on this host.</summary>
    public const long MillisecondsToAppear = 2000;

    private readonly ConcurrentDictionary<FourTuple, WatchedEnd> _ends = new();
    private readonly ConcurrentQueue<WatchEntry> _newcomers = new();
    private readonly List<WatchEntry> _entries = [];
    private readonly Lock _entering = new();
    private int _count;
    private long _refused;

    /// <summary>Connections turned away because the list was full.</summary>
    public long Refused => Volatile.Read(ref _refused);

    public bool IsEmpty => _entries.Count == 0 && _newcomers.IsEmpty;

    /// <summary>The entries, for the sampling thread.</summary>
    public List<WatchEntry> Entries => _entries;

    /// <summary>True if the connection was not in the list and now is.</summary>
    public bool Add(FourTuple connection) =>
        !_ends.ContainsKey(connection) && !TurnAway() && Enter(WatchEntry.ForConnection(connection));

    /// <summary>True if the listener was not in the list and now is.</summary>
    public bool AddListener(Endpoint listener) =>
        !_ends.ContainsKey(WatchedEnd.ForListener(listener)) && !TurnAway() && Enter(WatchEntry.ForListener(listener));

    /// <summary>Sampling thread: takes the next newcomer into the list.</summary>
    public bool TryAdmit(long now, out WatchEntry entry)
    {
        if (!_newcomers.TryDequeue(out entry!)) return false;
        entry.Admitted(now);
        _entries.Add(entry);
        return true;
    }

    /// <summary>Sampling thread, after a round: lets go what is over.</summary>
    public void RemoveEnded(long now)
    {
        // By hand, since List.RemoveAll would need a closure each round.
        var kept = 0;
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (entry.IsOver(now)) Leave(entry);
            else _entries[kept++] = entry;
        }

        _entries.RemoveRange(kept, _entries.Count - kept);
    }

    public bool TryFind(FourTuple end, out WatchedEnd found) => _ends.TryGetValue(end, out found!);

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

    private void Leave(WatchEntry entry)
    {
        lock (_entering)
        {
            foreach (var end in entry.Ends) _ends.TryRemove(end.End, out _);
            _count--;
        }
    }
}
