using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>An entry of the watch list: a listener or the ends of a connection, and the time without a socket.</summary>
internal sealed class WatchEntry
{
    private const int Active = 0;
    private const int Resting = 1;
    private const int Woken = 2;

    private readonly WatchedSocket[] _ends;
    private int _rest;
    private bool _wasPresent;
    private int _emptyRounds;
    private long _emptySince;

    private WatchEntry(params WatchedSocket[] ends)
    {
        _ends = ends;
        foreach (var end in ends) end.Entry = this;
    }

    /// <summary>Number of rests so far. Identifies a rest, so that a timer of an interrupted rest is ignored.</summary>
    public int Rests { get; private set; }
    public bool IsResting => Volatile.Read(ref _rest) == Resting;
    public ReadOnlySpan<WatchedSocket> Ends => _ends;

    public static WatchEntry ForConnection(FourTuple connection)
    {
        var reverse = connection.Reverse();
        return reverse == connection // a socket connected to itself has one end
            ? new WatchEntry(new WatchedSocket(connection))
            : new WatchEntry(new WatchedSocket(connection), new WatchedSocket(reverse));
    }

    public static WatchEntry ForListener(Endpoint listener) => new(new WatchedSocket(WatchedSocket.ForListener(listener)));

    /// <summary>Called when the entry joins the list, with the monotonic time in milliseconds.</summary>
    public void Admitted(long now) => _emptySince = now;

    /// <summary>Sampling thread: stops sampling the entry until it is woken.</summary>
    public void Rest()
    {
        Rests++;
        Volatile.Write(ref _rest, Resting);
    }

    /// <summary>Any thread: true for the first thread that wakes the resting entry.</summary>
    public bool TryWake() => Interlocked.CompareExchange(ref _rest, Woken, Resting) == Resting;

    /// <summary>Sampling thread: samples the entry again.</summary>
    public void Resume() => Volatile.Write(ref _rest, Active);

    /// <summary>How long only a segment can change the entry, in milliseconds; 0 if it must be sampled.</summary>
    /// <remarks>A socket in TIME_WAIT waits for its timer only, which can fire a second or more after the reported time.</remarks>
    public long QuietMilliseconds()
    {
        var quiet = long.MaxValue;
        foreach (var end in _ends)
        {
            if (end.Snapshot is not { } snapshot || end.IsListener) return 0;
            if (!snapshot.IsPresent) continue;
            if (snapshot is not { Kind: SocketKind.TimeWait, Timer: SocketTimer.TimeWait }) return 0;
            quiet = Math.Min(quiet, snapshot.TimerMilliseconds);
        }

        return quiet == long.MaxValue
            ? 0 : Math.Clamp(quiet - WatchList.MillisecondsBeforeTimer, WatchList.MinRest, WatchList.MaxRest);
    }

    /// <summary>Called after each round; true if no socket was found for so long that the entry should leave the list.</summary>
    public bool IsOver(long now)
    {
        if (_ends[0].IsListener) return false;
        foreach (var end in _ends)
        {
            if (!end.IsPresent) continue;
            _wasPresent = true;
            _emptyRounds = 0;
            return false;
        }

        _emptyRounds++;
        return _wasPresent
            ? _emptyRounds >= WatchList.RoundsAfterDisappearance
            : now - _emptySince >= WatchList.MillisecondsToAppear;
    }
}
