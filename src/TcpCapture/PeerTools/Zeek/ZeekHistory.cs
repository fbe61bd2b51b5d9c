using System.Runtime.CompilerServices;
using System.Text;
using TcpCapture.Model;

namespace TcpCapture.PeerTools.Zeek;

/// <summary>Zeek's <c>history</c> and <c>conn_state</c> of one connection, by the rules of Zeek 7's TCP analysis.</summary>
// Letters, upper case for the client: s SYN, h SYN-ACK, f FIN, r RST (again only with another number); d data, a pure ACK,
// q SYN with FIN or RST, i FIN with RST (once each); t retransmission, w zero window, g gap (acknowledged but unseen
// bytes), c wrong checksum (for the 1st, 10th, 100th …). A leading ^: the first segment was the server's. Intended
// differences are in docs/peers.md. TryAddFast takes the usual segment and gives the result of AddFully (FastPathTests).
internal sealed class ZeekHistory
{
    private const int MaxBehindGapUnacknowledged = 16_384; // bytes Zeek keeps behind a gap while no data is acknowledged
    private const int Outlandish = 1 << 20; // a SYN or RST with a number this far off is ignored for sequence numbers

    private PerSide<ZeekEnd> _ends = new(new ZeekEnd(), new ZeekEnd());
    private ZeekLetters _letters;
    private ZeekRarities? _rare;

    private ref byte Length => ref _letters[ZeekLetters.Capacity];

    /// <summary>The history; empty before the first segment.</summary>
    public string Letters
    {
        get
        {
            ReadOnlySpan<byte> more = _rare is null ? [] : _rare.Letters;
            Span<byte> all = stackalloc byte[Length + more.Length];
            ((ReadOnlySpan<byte>)_letters)[..Length].CopyTo(all);
            more.CopyTo(all[Length..]);
            return Encoding.ASCII.GetString(all);
        }
    }

    public void Reset()
    {
        _ends = new(new ZeekEnd(), new ZeekEnd());
        _letters = default;
        _rare = null;
    }

    /// <summary>Zeek's conn_state: the first matching rule.</summary>
    public ConnState ConnState()
    {
        ref readonly var clientEnd = ref _ends.Of(Side.Client);
        ref readonly var serverEnd = ref _ends.Of(Side.Server);
        var (client, server) = (clientEnd.State, serverEnd.State);
        var clientInactive = client is ZeekEndState.Inactive or ZeekEndState.Partial;
        var serverInactive = server is ZeekEndState.Inactive or ZeekEndState.Partial;
        if (server == ZeekEndState.Reset)
        {
            var isRefusal = client is ZeekEndState.SynSent or ZeekEndState.SynAckSent
                || (client == ZeekEndState.Reset && !clientEnd.HasSent(serverEnd) && !serverEnd.HasSent(clientEnd));
            if (isRefusal) return Model.ConnState.REJ;
            return clientInactive ? Model.ConnState.RSTRH : Model.ConnState.RSTR;
        }

        if (client == ZeekEndState.Reset)
        {
            if (!serverInactive) return Model.ConnState.RSTO;
            return IsSynThenReset(Letters) ? Model.ConnState.RSTOS0 : Model.ConnState.OTH;
        }

        return (client, server) switch
        {
            (ZeekEndState.Closed, ZeekEndState.Closed) => Model.ConnState.SF,
            (ZeekEndState.Closed, _) => serverInactive ? Model.ConnState.SH : Model.ConnState.S2,
            (_, ZeekEndState.Closed) => clientInactive ? Model.ConnState.SHR : Model.ConnState.S3,
            (ZeekEndState.SynSent, ZeekEndState.Inactive) => Model.ConnState.S0,
            (ZeekEndState.Established, ZeekEndState.Established) => Model.ConnState.S1,
            _ => Model.ConnState.OTH,
        };
    }

    /// <summary>Adds a segment with a wrong checksum, which is only counted.</summary>
    public void AddCorrupt(Side side, bool isSynAlone)
    {
        if (Length == 0 && side == Side.Server && !isSynAlone) Append('^');
        Scaled(side, ZeekCount.Corrupt, 'c');
    }

    /// <summary>Adds the next segment; a payload that was not captured whole becomes a gap.</summary>
    public void Add(Side side, in Segment segment, bool isWhole)
    {
        ref var own = ref _ends.Of(side);
        ref var peer = ref _ends.Of(side.Peer());
        if (!TryAddFast(side, ref own, ref peer, segment, isWhole)) AddFully(side, segment, isWhole);
    }

    /// <summary>Adds any segment by all rules.</summary>
    public void AddFully(Side side, in Segment segment, bool isWhole)
    {
        ref var own = ref _ends.Of(side);
        ref var peer = ref _ends.Of(side.Peer());
        var control = segment.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst);
        var isReset = (control & TcpFlags.Rst) != 0;
        if (Length == 0 && side == Side.Server && (segment.Flags & (TcpFlags.Syn | TcpFlags.Ack)) != TcpFlags.Syn) Append('^');

        // Data in an RST is not part of the stream.
        var next = isReset ? unchecked(segment.NextSeq - (uint)segment.Length) : segment.NextSeq;
        if (control != 0 || own.State == ZeekEndState.Inactive) ZeekStates.Begin(ref own, segment, control, next);
        var relative = unchecked(segment.Seq - own.Start);
        if (control != 0) NoteControl(side, ref own, segment, control, relative);
        else if (segment.Length > 0) Once(side, ref own, ZeekSeen.Data, 'd');
        else if ((segment.Flags & TcpFlags.Ack) != 0) Once(side, ref own, ZeekSeen.Ack, 'a');
        if (segment.Window == 0 && !isReset && peer.State != ZeekEndState.Closed && own.State != ZeekEndState.Reset)
            Scaled(side, ZeekCount.ZeroWindow, 'w');
        if ((control & TcpFlags.Fin) != 0)
        {
            own.Seen |= ZeekSeen.AnyFin;
            own.AnyFinAt = unchecked(next - 1 - own.Start);
        }

        var acknowledged = (segment.Flags & TcpFlags.Ack) != 0 ? Acknowledge(ref peer, segment.Ack, isReset) : 0;
        NoteSent(side, ref own, segment, control, next);
        if (control != 0 || own.State == ZeekEndState.Inactive) ZeekStates.Advance(side, ref own, ref peer, segment, control);
        if (acknowledged != 0) Settle(side.Peer(), ref peer, own.IsClean, acknowledged);
        if (segment.Length == 0 || isReset || !isWhole || IsUnderflow(own, relative)) return;
        Reassemble(side, ref own, (control & TcpFlags.Syn) != 0 ? unchecked(relative + 1) : relative, (uint)segment.Length);
    }

    /// <summary>Adds the usual segment: in order and nothing new for the history. False, without effect, for others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAddFast(Side side, ref ZeekEnd own, ref ZeekEnd peer, in Segment segment, bool isWhole)
    {
        const TcpFlags plain = TcpFlags.Ack, asked = TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack;
        var length = (uint)segment._length;
        if ((segment._flags & asked) != plain || segment._window == 0) return false;
        if (own.State == ZeekEndState.Inactive || peer.State == ZeekEndState.Inactive) return false;
        if ((own.Seen & (length > 0 ? ZeekSeen.Data : ZeekSeen.Ack)) == 0) return false;
        var relative = unchecked(segment._seq - own.Start);
        var acknowledged = unchecked(segment._ack - peer.Start);

        // In the first gigabyte, where no number can be taken for one before the start.
        if ((relative | acknowledged) >= 1u << 30 || segment._seq != own.Last || own.State == ZeekEndState.Reset) return false;
        var news = SequenceNumber.Difference(segment._ack, peer.Ack);
        if (news > Outlandish) return false;
        if (news > 0) peer.Ack = segment._ack;
        own.Last = unchecked(segment._seq + length);
        if (acknowledged != 0 && SequenceNumber.After(acknowledged, peer.Settled)) Settle(side.Peer(), ref peer, own.IsClean, acknowledged);
        if (length > 0 && isWhole) Reassemble(side, ref own, relative, length);
        return true;
    }

    private void NoteControl(Side side, ref ZeekEnd own, in Segment segment, TcpFlags control, uint relative)
    {
        switch (control)
        {
            case TcpFlags.Syn:
                OnNewNumber(side, ref own, ZeekSeen.Syn, (segment.Flags & TcpFlags.Ack) != 0 ? 'h' : 's', relative, ref own.SynAt);
                break;
            case TcpFlags.Fin:
                OnNewNumber(side, ref own, ZeekSeen.Fin, 'f', unchecked(relative + (uint)segment.Length), ref own.FinAt);
                break;
            case TcpFlags.Rst:
                OnNewNumber(side, ref own, ZeekSeen.Rst, 'r', relative, ref own.RstAt);
                break;
            default:
                if ((control & TcpFlags.Fin) != 0 && (control & TcpFlags.Rst) != 0) Once(side, ref own, ZeekSeen.Inconsistent, 'i');
                else Once(side, ref own, ZeekSeen.MultiFlag, 'q');
                break;
        }
    }

    /// <returns>The relative number that is acknowledged; 0 for an impossible one.</returns>
    private static uint Acknowledge(ref ZeekEnd peer, uint ack, bool isReset)
    {
        if (peer.State == ZeekEndState.Inactive)
        {
            peer.Begin(unchecked(ack - 1), unchecked(ack - 1));
            return 1;
        }

        var relative = unchecked(ack - peer.Start);
        if (IsUnderflow(peer, relative)) return 0;
        var news = SequenceNumber.Difference(ack, peer.Ack);
        if (!isReset && news > 0 && !(ack == 0 && news > Outlandish)) peer.Ack = ack;
        return relative;
    }

    /// <summary>True for a number before the start; unknown after a gigabyte, because numbers wrap.</summary>
    private static bool IsUnderflow(in ZeekEnd end, uint relative) => (int)relative < 0 && unchecked(end.Last - end.Start) < 1 << 30;

    private void NoteSent(Side side, ref ZeekEnd own, in Segment segment, TcpFlags control, uint next)
    {
        var news = SequenceNumber.Difference(next, own.Last);
        if ((control & (TcpFlags.Syn | TcpFlags.Rst)) != 0 && news is > Outlandish or < -Outlandish) return;
        if ((control & TcpFlags.Fin) != 0 && own.Last == unchecked(own.Start + 1)) own.Last = next;
        else if (own.State == ZeekEndState.Reset) return;
        else if (news > 0) own.Last = next;
        else if (segment.Length > 0) Scaled(side, ZeekCount.Retransmission, 't');
    }

    /// <summary>Acknowledged data has arrived: unseen parts are gaps.</summary>
    private void Settle(Side side, ref ZeekEnd end, bool peerIsClean, uint acknowledged)
    {
        if ((end.Seen & ZeekSeen.AnyFin) != 0 && SequenceNumber.After(acknowledged, end.AnyFinAt)) acknowledged = end.AnyFinAt;
        if (!SequenceNumber.After(acknowledged, end.Settled)) return;
        if (SequenceNumber.After(acknowledged, end.Delivered)) GiveUp(side, ref end, peerIsClean && end.IsClean, acknowledged);
        end.Settled = acknowledged;
        if (_rare?.RangesOf(side) is { Count: > 0 } ranges) Deliver(ref end, ranges);
    }

    private void GiveUp(Side side, ref ZeekEnd end, bool counts, uint upTo)
    {
        if (!end.IsSkipped)
        {
            if (_rare?.RangesOf(side) is { Count: > 0 } ranges)
            {
                while (ranges.Count > 0 && SequenceNumber.Before(ranges.First.Start, upTo))
                {
                    if (counts) Scaled(side, ZeekCount.Gap, 'g');
                    end.Delivered = ranges.First.Start;
                    Deliver(ref end, ranges);
                }
            }

            if (counts && SequenceNumber.After(upTo, end.Delivered)) Scaled(side, ZeekCount.Gap, 'g');
        }

        if (SequenceNumber.After(upTo, end.Delivered)) end.Delivered = upTo;
    }

    private void Reassemble(Side side, ref ZeekEnd own, uint start, uint length)
    {
        if (own.IsSkipped) return;
        var end = unchecked(start + length);
        if (!SequenceNumber.After(end, own.Delivered)) return;
        if (!SequenceNumber.After(start, own.Delivered))
        {
            own.Delivered = end;
            if (_rare?.RangesOf(side) is { Count: > 0 } waiting) Deliver(ref own, waiting);
            return;
        }

        var ranges = (_rare ??= new ZeekRarities()).RangesFor(side);
        ranges.Add(start, end);
        if (!own.NothingAcknowledged || unchecked(ranges.End - own.Delivered) <= MaxBehindGapUnacknowledged) return;
        ranges.Clear();
        own.IsSkipped = true;
    }

    private static void Deliver(ref ZeekEnd end, SequenceRanges ranges)
    {
        while (ranges.Count > 0 && !SequenceNumber.After(ranges.First.Start, end.Delivered))
        {
            if (SequenceNumber.After(ranges.First.End, end.Delivered)) end.Delivered = ranges.First.End;
            ranges.RemoveFirst();
        }
    }

    private void Once(Side side, ref ZeekEnd own, ZeekSeen kind, char letter)
    {
        if ((own.Seen & kind) != 0) return;
        own.Seen |= kind;
        Append(side, letter);
    }

    private void OnNewNumber(Side side, ref ZeekEnd own, ZeekSeen kind, char letter, uint number, ref uint latest)
    {
        if ((own.Seen & kind) == 0 || number != latest) Append(side, letter);
        own.Seen |= kind;
        latest = number;
    }

    private void Scaled(Side side, ZeekCount kind, char letter)
    {
        if ((_rare ??= new ZeekRarities()).Count(side, (int)kind)) Append(side, letter);
    }

    private void Append(Side side, char letter) => Append(side == Side.Client ? char.ToUpperInvariant(letter) : letter);

    private void Append(char letter)
    {
        if (Length < ZeekLetters.Capacity) _letters[Length++] = (byte)letter;
        else (_rare ??= new ZeekRarities()).Append((byte)letter);
    }

    private static bool IsSynThenReset(string letters)
    {
        var syn = letters.StartsWith('^') ? 1 : 0;
        var reset = letters.IndexOf('R', StringComparison.Ordinal);
        return letters.Length > syn && letters[syn] == 'S' && reset > syn
            && letters.AsSpan(syn + 1, reset - syn - 1).IndexOfAny("HAFGIQ") < 0;
    }
}

/// <summary>The letters of a short history without allocation, followed by their number.</summary>
[InlineArray(Capacity + 1)]
internal struct ZeekLetters
{
    public const int Capacity = 15;

    private byte _first;
}
