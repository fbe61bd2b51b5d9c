using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>A line of the watch list: both ends of a connection, or a listener, and how long it has been empty.</summary>
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

    /// <summary>Counts its rests, so that one that was cut short can be told from a later one.</summary>
    public int Rests { get; private set; }

    public bool IsResting => Volatile.Read(ref _rest) == Resting;

    public ReadOnlySpan<WatchedSocket> Ends => _ends;

    public static WatchEntry ForConnection(FourTuple connection)
    {
        var reverse = connection.Reverse();
        return reverse == connection // a socket connected to itself has one end only
            ? new WatchEntry(new WatchedSocket(connection))
            : new WatchEntry(new WatchedSocket(connection), new WatchedSocket(reverse));
    }

    public static WatchEntry ForListener(Endpoint listener) => new(new WatchedSocket(WatchedSocket.ForListener(listener)));

    /// <summary>Called when it enters the list, with the monotonic time in milliseconds.</summary>
    public void Admitted(long now) => _emptySince = now;

    /// <summary>Sampling thread: nothing is to be looked at until it is woken.</summary>
    public void Rest()
    {
        Rests++;
        Volatile.Write(ref _rest, Resting);
    }

    /// <summary>Any thread: true for the first that wakes it from its rest.</summary>
    public bool TryWake() => Interlocked.CompareExchange(ref _rest, Woken, Resting) == Resting;

    /// <summary>Sampling thread: it is looked at again.</summary>
    public void Resume() => Volatile.Write(ref _rest, Active);

    /// <summary>
    /// How long nothing can happen to it but by a segment, in milliseconds; 0 if it has to be looked at. A mini-socket is only
    /// waiting for its timer, of which the kernel tells how long it runs; its firing may be late by a second or more.
    /// </summary>
    public long QuietMilliseconds()
    {
        var quiet = long.MaxValue;
        foreach (var end in _ends)
        {
            if (end.Snapshot is not { } view || end.IsListener) return 0;
            if (!view.IsPresent) continue;
            if (view is not { Kind: SocketKind.TimeWait, Timer: SocketTimer.TimeWait }) return 0;
            quiet = Math.Min(quiet, view.TimerMilliseconds);
        }

        return quiet == long.MaxValue ? 0 : Math.Clamp(quiet - WatchList.MillisecondsBeforeTimer, WatchList.MinRest, WatchList.MaxRest);
    }

    /// <summary>Called after each round; true if the entry has been empty for so long that it should leave.</summary>
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
