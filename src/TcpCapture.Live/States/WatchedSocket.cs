using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>One end of a watched connection, or a watched listener. Compares each reading with the one before.</summary>
internal sealed class WatchedSocket(FourTuple end)
{
    private SocketSnapshot _snapshot;
    private Timestamp _lastBegin;
    private bool _wasSampled;

    public FourTuple End { get; } = end;

    /// <summary>The entry of the watch list that has this socket; null outside a list.</summary>
    public WatchEntry? Entry { get; set; }
    public bool IsListener => End.Remote.Port == 0;
    public bool IsPresent => _snapshot.IsPresent;

    /// <summary>The last snapshot; null before the first.</summary>
    public SocketSnapshot? Snapshot => _wasSampled ? _snapshot : null;

    /// <summary>The four-tuple of a listener, with an all-zero remote endpoint.</summary>
    public static FourTuple ForListener(Endpoint listener)
    {
        ReadOnlySpan<byte> none = stackalloc byte[16];
        return new FourTuple(listener, Endpoint.FromBytes(listener.IsV6 ? none : none[..4], 0));
    }

    /// <summary>Takes a reading and returns the sample to deliver, or null if nothing changed.</summary>
    /// <remarks>A missing listener is reported. A missing end of a connection is not, because it is usually on another host.</remarks>
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
