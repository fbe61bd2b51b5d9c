using TcpCapture.Model;

namespace TcpCapture.States;

/// <summary>A line of the watch list: both ends of a connection, or a listener, and how long it has been empty.</summary>
internal sealed class WatchEntry
{
    private readonly WatchedEnd[] _ends;
    private bool _wasPresent;
    private int _emptyRounds;
    private long _emptySince;

    private WatchEntry(params WatchedEnd[] ends) => _ends = ends;

    public ReadOnlySpan<WatchedEnd> Ends => _ends;

    public static WatchEntry ForConnection(FourTuple connection)
    {
        var reverse = connection.Reverse();
        return reverse == connection // a socket connected to itself has one end only
            ? new WatchEntry(new WatchedEnd(connection))
            : new WatchEntry(new WatchedEnd(connection), new WatchedEnd(reverse));
    }

    public static WatchEntry ForListener(Endpoint listener) => new(new WatchedEnd(WatchedEnd.ForListener(listener)));

    /// <summary>Called when it enters the list, with the monotonic time in milliseconds.</summary>
    public void Admitted(long now) => _emptySince = now;

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
