using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>What has been seen of one direction of a connection: the segments one end has sent.</summary>
internal sealed class DirectionOnWire
{
    private uint _nextSeq;
    private uint _lastAck;
    private bool _hasAck;

    /// <summary>SYN segments of the present opening, repeated ones and SYN-ACKs included.</summary>
    public int Syns { get; private set; }

    /// <summary>Sequence number of the SYN.</summary>
    public uint InitialSequenceNumber { get; private set; }

    /// <summary>True if something that is no SYN and has an ACK has come since the SYN.</summary>
    public bool HasAckAfterSyn { get; private set; }

    /// <summary>FIN segments, repeated ones included.</summary>
    public int Fins { get; private set; }

    /// <summary>RST segments since the last SYN.</summary>
    public int Resets { get; private set; }

    /// <summary>Takes a segment of this direction.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="reverse">The other direction, which a SYN makes new as well.</param>
    public void OnSegment(in Segment segment, DirectionOnWire reverse)
    {
        if (segment.Has(TcpFlags.Syn)) OnSyn(segment, reverse);
        if (segment.Has(TcpFlags.Rst))
        {
            Resets++;
            return; // its sequence and acknowledgement numbers may be zero, and move nothing
        }

        if (segment.Has(TcpFlags.Fin)) Fins++;
        if (SequenceNumber.After(segment.NextSeq, _nextSeq)) _nextSeq = segment.NextSeq;
        if (!segment.Has(TcpFlags.Ack)) return;
        _lastAck = segment.Ack;
        _hasAck = true;
        HasAckAfterSyn |= !segment.Has(TcpFlags.Syn);
    }

    /// <summary>True if <paramref name="reverse"/> has acknowledged all up to a position of this direction's stream.</summary>
    /// <param name="length">Sequence space after the SYN: bytes, plus one for a FIN.</param>
    /// <param name="reverse">The direction whose acknowledgements count.</param>
    public bool IsAcknowledged(long length, DirectionOnWire reverse)
    {
        if (Syns == 0 || !reverse._hasAck) return false;
        var expected = unchecked(InitialSequenceNumber + 1 + (uint)length);

        // The upper bound keeps an acknowledgement of an earlier connection (a challenge ACK, say) from counting.
        return !SequenceNumber.Before(reverse._lastAck, expected) && !SequenceNumber.After(reverse._lastAck, _nextSeq);
    }

    /// <summary>True if <paramref name="reverse"/> has acknowledged all that has been seen of this direction.</summary>
    public bool IsAcknowledgedWhole(DirectionOnWire reverse) => reverse._hasAck && reverse._lastAck == _nextSeq;

    private void OnSyn(in Segment segment, DirectionOnWire reverse)
    {
        if (Syns == 0 || segment.Seq != InitialSequenceNumber)
        {
            InitialSequenceNumber = segment.Seq;
            Syns = Fins = 0;
            HasAckAfterSyn = false;
            _nextSeq = segment.NextSeq;
            reverse._hasAck = false;
        }

        Syns++;
        Resets = reverse.Resets = 0;
    }
}

/// <summary>A connection as the wire shows it, seen from one end.</summary>
/// <param name="Sent">What that end has sent.</param>
/// <param name="Received">What the other end has sent.</param>
internal readonly record struct ConnectionOnWire(DirectionOnWire Sent, DirectionOnWire Received)
{
    /// <summary>True if either end has sent an RST.</summary>
    public bool IsReset => Sent.Resets > 0 || Received.Resets > 0;

    /// <summary>True if the other end has acknowledged this much after the SYN: bytes, plus one for a FIN.</summary>
    public bool IsAcknowledged(long length) => Sent.IsAcknowledged(length, Received);
}
