using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.PeerTools.Tcptrace;

/// <summary>The round-trip times of both directions of a connection. A SYN alone allocates nothing.</summary>
internal struct RoundTripPair
{
    private PerSide<End> _ends = new(new End(), new End());
    private PerSide<RoundTrips?> _spares;
    private long _synTime;
    private bool _holdsSyn;

    public RoundTripPair() { }

    /// <summary>Round-trip times of a side's segments; null if it sent nothing or a SYN only.</summary>
    public readonly RoundTrips? this[Side side] => _ends[(int)side].Sent;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Side side, in Segment segment)
    {
        if (_holdsSyn) Release();
        ref var own = ref _ends.Of(side);
        ref var peer = ref _ends.Of(side.Peer());
        var flags = segment._flags;
        if ((flags & TcpFlags.Syn) != 0) own.Window.NoteSyn(segment, ref peer.Window);

        // Into a closed window an end sends only probes, which tcptrace does not measure.
        var length = segment.SequenceLength;
        if (length != 0 && !peer.Window.IsClosed)
        {
            if (own.Sent is { } sent) sent.Send(segment._seq, length, segment._time.Nanoseconds);
            else Begin(side, segment, length);
        }

        var offered = own.Window.Window(segment);
        if ((flags & TcpFlags.Ack) != 0 && peer.Sent is { } acknowledged)
        {
            var isRepeat = own.Window.IsRepeatedBy(segment, offered, peer.Window);
            if (isRepeat || !acknowledged.IsSettled(segment._ack))
                acknowledged.Acknowledge(segment._ack, isRepeat, segment._time.Nanoseconds, peer.Window.AfterOnlySyn);
        }

        own.Window.Note(segment, offered);
    }

    public void Reset()
    {
        Spare(_ends.Of(Side.Client).Sent);
        Spare(_ends.Of(Side.Server).Sent);
        _ends = new(new End(), new End());
        _holdsSyn = false;
    }

    /// <summary>Starts measuring a side. A client's SYN is only noted: it may remain unanswered.</summary>
    private void Begin(Side side, in Segment segment, uint length)
    {
        ref var own = ref _ends.Of(side);
        if (side == Side.Client && _ends.Of(Side.Server).Sent is null && length == 1 && (segment._flags & TcpFlags.Syn) != 0)
        {
            _synTime = segment._time.Nanoseconds;
            _holdsSyn = true;
            return;
        }

        (own.Sent = Take()).Send(segment._seq, length, segment._time.Nanoseconds);
    }

    private void Release()
    {
        _holdsSyn = false;
        ref var client = ref _ends.Of(Side.Client);
        (client.Sent = Take()).Send(client.Window.SynSeq, 1, _synTime);
    }

    private void Spare(RoundTrips? used)
    {
        if (used is null) return;
        used.Reset();
        _spares[_spares[0] is null ? 0 : 1] = used;
    }

    private RoundTrips Take()
    {
        var spare = _spares[0] ?? new RoundTrips();
        _spares = new(_spares[1], null);
        return spare;
    }

    private struct End
    {
        public RoundTrips? Sent;
        public AnnouncedWindow Window = new();

        public End() { }
    }
}
