using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>The captured segments of one direction of a connection.</summary>
internal sealed class DirectionOnWire
{
    private uint _nextSeq;
    private uint _lastAck;
    private bool _hasAck;

    public int Syns { get; private set; } // the number of SYNs and SYN-ACKs with the latest ISN, retransmissions included
    public uint InitialSequenceNumber { get; private set; }
    public bool HasAckAfterSyn { get; private set; } // true if a segment with ACK and without SYN followed the SYN
    public int Fins { get; private set; } // the number of FINs, retransmissions included
    public int Resets { get; private set; } // the number of RSTs since the last SYN of either direction

    /// <summary>Adds a segment of this direction. A SYN resets both directions.</summary>
    public void OnSegment(in Segment segment, DirectionOnWire reverse)
    {
        if (segment.Has(TcpFlags.Syn)) OnSyn(segment, reverse);
        if (segment.Has(TcpFlags.Rst))
        {
            Resets++;
            return; // the sequence and acknowledgement numbers of an RST may be 0
        }

        if (segment.Has(TcpFlags.Fin)) Fins++;
        if (SequenceNumber.After(segment.NextSeq, _nextSeq)) _nextSeq = segment.NextSeq;
        if (!segment.Has(TcpFlags.Ack)) return;
        _lastAck = segment.Ack;
        _hasAck = true;
        HasAckAfterSyn |= !segment.Has(TcpFlags.Syn);
    }

    /// <summary>True if <paramref name="reverse"/> has acknowledged this much sequence space after the SYN; a FIN counts 1.</summary>
    public bool IsAcknowledged(long length, DirectionOnWire reverse)
    {
        if (Syns == 0 || !reverse._hasAck) return false;
        var expected = unchecked(InitialSequenceNumber + 1 + (uint)length);

        // The upper bound excludes acknowledgements of an earlier connection, such as a challenge ACK.
        return !SequenceNumber.Before(reverse._lastAck, expected) && !SequenceNumber.After(reverse._lastAck, _nextSeq);
    }

    /// <summary>True if <paramref name="reverse"/> has acknowledged every captured segment of this direction.</summary>
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

/// <summary>The captured segments of a connection, seen from one end.</summary>
internal readonly record struct ConnectionOnWire(DirectionOnWire Sent, DirectionOnWire Received)
{
    public bool IsReset => Sent.Resets > 0 || Received.Resets > 0;
    public bool IsAcknowledged(long length) => Sent.IsAcknowledged(length, Received);
}
