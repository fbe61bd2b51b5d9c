using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>One end of a watched connection, or a watched listener. Compares each reading with the one before.</summary>
internal sealed class WatchedSocket(FourTuple end)
{
    private SocketSnapshot _snapshot;
    private Timestamp _lastBegin;
    private bool _wasSampled;

    public FourTuple End { get; } = end;

    /// <summary>The entry of the watch list it belongs to; null only outside a list.</summary>
    public WatchEntry? Entry { get; set; }

    public bool IsListener => End.Remote.Port == 0;

    public bool IsPresent => _snapshot.IsPresent;

    /// <summary>The last snapshot; null before the first.</summary>
    public SocketSnapshot? Snapshot => _wasSampled ? _snapshot : null;

    /// <summary>The four-tuple of a listener: its address, and no peer.</summary>
    public static FourTuple ForListener(Endpoint listener)
    {
        ReadOnlySpan<byte> none = stackalloc byte[16];
        return new FourTuple(listener, Endpoint.FromBytes(listener.IsV6 ? none : none[..4], 0));
    }

    /// <summary>Takes a reading and returns the sample to deliver, or null if nothing changed.</summary>
    /// <remarks>
    /// That a listener does not exist is reported. That an end of a connection does not exist is not: that end is usually
    /// on another host.
    /// </remarks>
    public SocketSample? Observe(in SocketReading reading)
    {
        var isFirst = !_wasSampled;
        var earlier = _snapshot;
        var notBefore = isFirst ? reading.Begin : _lastBegin;
        _wasSampled = true;
        _snapshot = reading.Snapshot;
        _lastBegin = reading.Begin;
        if (isFirst ? !reading.Snapshot.IsPresent && !IsListener : earlier.HasSameState(reading.Snapshot)) return null;
        return reading.ToSample(End, notBefore, isFirst ? null : earlier.State);
    }
}
