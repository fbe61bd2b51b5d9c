using System.Runtime.CompilerServices;
using TcpCapture.Model;
using static TcpCapture.Correlation.Clues.FlightRules;

namespace TcpCapture.Correlation.Clues;

/// <summary>What the segments of a connection show for its diagnosis: a few hundred bytes, whatever its length.</summary>
internal sealed class ConnectionClues
{
    /// <summary>The shortest silence that is kept.</summary>
    private const long MinSilence = 1_000_000_000;

    /// <summary>
    /// How long after a packet its copy can pass, in nanoseconds: by identification, before it is known to change, without one.
    /// </summary>
    private const long MaxAgeOfCopy = 100_000_000;
    private const long MaxAgeOfFirstCopy = 30_000_000;
    private const long MaxAgeWithoutIdentification = 1_000_000;

    /// <summary>Packets of the sender between a packet and its copy.</summary>
    private const int MaxPacketsBetween = 64;

    /// <summary>The RSTs kept in full.</summary>
    private const int MaxResets = 4;

    private PerSide<EndClues> _ends;
    private OpeningClues _opening;
    private List<ResetClue>? _resets;
    private ushort _copied;
    private byte _copiedTtl;
    private byte _rounds;

    /// <summary>The first RSTs.</summary>
    public IReadOnlyList<ResetClue> Resets => _resets ?? [];

    /// <summary>RSTs in all.</summary>
    public int ResetCount { get; private set; }

    /// <summary>True once anything was seen that a rule or a remark could need; a plain connection needs no diagnosis.</summary>
    public bool IsUnusual { get; private set; }

    /// <summary>True if the first SYN asks for ECN (RFC 3168).</summary>
    public bool AsksForEcn { get; private set; }

    /// <summary>TTL of the first SYN-ACK; 0 for none.</summary>
    public byte AnswerTtl { get; private set; }

    /// <summary>Copies of packets that were captured before, and the first of them with the frame it repeats.</summary>
    public int Copies { get; private set; }
    public uint FirstCopyFrame { get; private set; }

    /// <summary>The most copies of one packet in a row, each with a lower TTL: it circles between routers.</summary>
    public int Rounds { get; private set; }

    /// <summary>The longest silence after which both ends went on.</summary>
    public long SurvivedSilence { get; private set; }

    /// <summary>Time of the latest segment that is no RST; 0 for none.</summary>
    public long Latest => Math.Max(_ends.Of(Side.Client).LastTime, _ends.Of(Side.Server).LastTime);

    public ref EndClues this[Side side] => ref _ends.Of(side);

    public ref OpeningClues Opening => ref _opening;

    /// <summary>Adds a segment, before the ends count it. Copies of packets are not added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, long frame, bool again)
    {
        ref var own = ref _ends.Of(sender.Side);
        ref var other = ref _ends.Of(sender.Side.Peer());
        var time = segment._time.Nanoseconds;
        if (time - Math.Max(own.LastTime, other.LastTime) >= MinSilence) NoteSilence(ref own, other, time);
        else if (other.PendingSilence != 0) EndSilence(ref other);
        own.LastTime = time;
        own.Identification = segment._identification;
        own.Ttl = segment._timeToLive;
        if ((segment._flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Ack)) != TcpFlags.Ack || own.FirstTtl == 0 || again)
        {
            NoteUnusual(ref own, sender, receiver, segment, (uint)frame, again);
            if ((segment._flags & TcpFlags.Ack) == 0) return;
        }
        else if (segment._length > 0)
        {
            NoteData(ref own, sender, receiver, segment, (uint)frame);
        }

        NoteRun(ref own, receiver, segment, (uint)frame);
        NoteAck(ref other, ref own, receiver, segment);
        if (segment._window == 0 || own.ZeroWindowSince != 0) NoteZeroWindow(ref own, segment, (uint)frame);
        if (other.UnansweredKeepAlives != 0) NoteKeepAliveAnswered(ref other);
    }

    /// <summary>Notes whether a segment after an RST shows that the RST ended nothing; called before <see cref="Add"/>.</summary>
    public void AddAfterReset(ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, long frame)
    {
        if (_resets is not null) NoteAfterReset(sender, receiver, segment, frame);
    }

    /// <inheritdoc cref="AddProbe(ConnectionEnd, in Segment, long, bool)"/>
    public void AddProbe(ConnectionEnd sender, in Segment segment, long frame, SegmentMarks marks) =>
        AddProbe(sender, segment, frame, (marks & SegmentMarks.ZeroWindowProbe) != 0);

    /// <summary>Adds a keep-alive or window probe; it is also added as a segment.</summary>
    public void AddProbe(ConnectionEnd sender, in Segment segment, long frame, bool isWindowProbe)
    {
        ref var own = ref _ends.Of(sender.Side);
        if (own.LatestRun is { IsSet: true } run && run.Ack == segment.Ack) own.LatestRun.IsKeepAlive = true;
        if (isWindowProbe)
        {
            Increment(ref own.WindowProbes);
            return;
        }

        if (sender.FinEvent != 0 && own.PendingSilence == 0) return; // an ACK that was sent before the FIN and passes after it
        if (own.UnansweredKeepAlives == 0) own.FirstKeepAliveFrame = (uint)frame;
        Increment(ref own.UnansweredKeepAlives);
    }

    /// <summary>
    /// True if the frame holds a packet that was captured before, by a mirror port, at two interfaces or in a routing loop: the
    /// same IP identification, numbers and sender within milliseconds.
    /// </summary>
    /// <param name="receiver">The end it is sent to.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="isRetransmission">True if its sequence numbers were sent before.</param>
    public bool IsCopy(ConnectionEnd receiver, in Segment segment, bool isRetransmission)
    {
        ref var own = ref _ends.Of(receiver.Side.Peer());
        if (own.LastTime == 0 || segment.TimeToLive == 0 || segment.TimeToLive > own.Ttl) return false;
        var age = segment.Time.Nanoseconds - own.LastTime;
        var isChanging = own.Identification != own.FirstIdentification;
        var id = segment.Identification;
        if (id == own.Identification && receiver.LastReceived.IsSameAs(segment))
        {
            if (id == 0) return age < MaxAgeWithoutIdentification && segment.SequenceLength > 0;
            return age < (isChanging ? MaxAgeOfCopy : MaxAgeOfFirstCopy);
        }

        if (!isRetransmission || !isChanging || id == 0) return false;
        var back = unchecked((ushort)(own.Identification - id));
        return age < 0 ? back is > 0 and < 0x8000 : back is > 0 and <= MaxPacketsBetween && age < MaxAgeOfCopy;
    }

    /// <summary>Counts a packet that was captured before.</summary>
    public void AddCopy(in Segment segment, long frame)
    {
        IsUnusual = true;
        if (Copies++ == 0) FirstCopyFrame = (uint)frame;
        if (segment.Identification == _copied && segment.TimeToLive < _copiedTtl) Rounds = Math.Max(Rounds, ++_rounds);
        else _rounds = 1;
        (_copied, _copiedTtl) = (segment.Identification, segment.TimeToLive);
    }

    /// <summary>Adds an RST; only the first few are kept.</summary>
    public void AddReset(ResetClue reset)
    {
        IsUnusual = true;
        ResetCount++;
        if (ResetCount <= MaxResets) (_resets ??= []).Add(reset);
    }

    /// <summary>Resets the clues for another connection.</summary>
    public void Clear()
    {
        _ends = default;
        _opening = default;
        _resets = null;
        (ResetCount, Copies, FirstCopyFrame, Rounds, SurvivedSilence) = (0, 0, 0, 0, 0);
        (IsUnusual, AsksForEcn, AnswerTtl) = (false, false, 0);
        (_copied, _copiedTtl, _rounds) = (0, 0, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void NoteSilence(ref EndClues own, in EndClues other, long time)
    {
        var latest = Math.Max(own.LastTime, other.LastTime);
        if (latest != 0) own.PendingSilence = Math.Max(own.PendingSilence, time - latest);
    }

    /// <summary>A silence is survived when the other end has answered.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EndSilence(ref EndClues other)
    {
        SurvivedSilence = Math.Max(SurvivedSilence, other.PendingSilence);
        other.PendingSilence = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteUnusual(ref EndClues own, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, uint frame, bool again)
    {
        if (own.FirstTtl == 0)
        {
            own.FirstTtl = segment.TimeToLive;
            own.FirstIdentification = segment.Identification;
        }

        if ((segment.Flags & (TcpFlags.Ack | TcpFlags.Syn)) == 0) NoteRun(ref own, receiver, segment, frame);

        var isForeign = segment.Has(TcpFlags.Ack) && !segment.Has(TcpFlags.Syn) && receiver is { Syns: > 0, LastAckSent: 0 }
            && _opening.SynAcks == 0 && segment.Ack != receiver.SndNxt;
        IsUnusual |= isForeign || again;
        if (isForeign && _opening.ForeignAckFrame == 0) _opening.ForeignAckFrame = frame;
        if (segment.Options.HasTimestamps) own.Has |= EndClues.Traits.Timestamps;
        if (segment.Options.SackBlocks > 0) own.Has |= EndClues.Traits.SelectiveAck;
        if (!segment.DontFragment) own.Has |= EndClues.Traits.MayFragment;
        if (segment.Has(TcpFlags.Fin) && own.FinTime == 0) own.FinTime = segment.Time.Nanoseconds;
        if (segment.Has(TcpFlags.Syn)) NoteSyn(ref own, sender, receiver, segment, frame);
        if (segment.SequenceLength == 0) return;
        if (again) NoteRetransmission(ref own, receiver, segment, frame);
        else NoteData(ref own, sender, receiver, segment, frame);
    }

    private void NoteSyn(ref EndClues own, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, uint frame)
    {
        own.WindowScale = segment.Options.WindowScale ?? 0;
        ref var opening = ref _opening;
        if (!segment.Has(TcpFlags.Ack))
        {
            if (opening.SynFrame == 0)
            {
                opening.SynFrame = frame;
                opening.SynTsVal = segment.Options.TsVal;
                AsksForEcn = segment.Has(TcpFlags.Ece | TcpFlags.Cwr);
                IsUnusual |= segment.Length > 0;
                opening.SynLength = (ushort)Math.Min(segment.Length, ushort.MaxValue);
                opening.SynFlags = segment.Flags;
                opening.SynIdentification = segment.Identification;
                opening.SynIsBare = segment.Options == default;
            }
            else if (opening.SynAcks > 0)
            {
                Increment(ref opening.SynsAfterSynAck);
            }

            opening.LastSyn = segment.Time.Nanoseconds;
            opening.LastSynFrame = frame;
            opening.LastSynTsVal = segment.Options.TsVal;
            return;
        }

        if (receiver.IssKnown && (segment.Ack == receiver.Iss || SequenceNumber.After(segment.Ack, receiver.SndNxt)))
        {
            IsUnusual = true;
            if (opening.WrongAckFrame == 0) (opening.WrongAck, opening.WrongAckFrame) = (segment.Ack, frame);
            return;
        }

        if (opening.SynAckFrame == 0) (opening.SynAckFrame, opening.SynAckTime, AnswerTtl) = (frame, segment.Time.Nanoseconds,
            segment.TimeToLive);
        else if (sender.IssKnown && sender.Iss != segment.Seq) opening.HasOtherIsn = true;
        else if (receiver.HasAcknowledged(segment.NextSeq)) Increment(ref opening.SynAcksAfterAck);
        Increment(ref opening.SynAcks);
        if (segment.HasBadChecksum) Increment(ref opening.BadChecksums);
        opening.LastSynAckTime = segment.Time.Nanoseconds;
        opening.LastSynAckFrame = frame;
        opening.LastTsEcr = segment.Options.TsEcr;
    }

    /// <summary>Notes whether an end goes on after an RST, which shows that the RST did not end it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteAfterReset(ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, long frame)
    {
        if (segment.Has(TcpFlags.Syn)) return;
        foreach (var reset in _resets!)
        {
            if (reset.By != sender.Side)
            {
                if (reset.PeerWentOn++ == 0) reset.PeerWentOnFrame = frame;
                reset.SenderWasAcknowledged |= reset.SenderWentOn > 0 && segment.Has(TcpFlags.Ack)
                    && SequenceNumber.After(segment.Ack, reset.Seq);
                continue;
            }

            // What was sent before the RST and passes after it shows nothing.
            var isNew = sender.HasSent && !SequenceNumber.Before(segment.Seq, sender.SndNxt) && segment.SequenceLength > 0;
            var knowsMore = segment.Has(TcpFlags.Ack) && sender.LastAckSent != 0 && SequenceNumber.After(segment.Ack, sender.LastAckSent);
            if (!isNew && !knowsMore && sender.HasSent) continue;
            if (reset.SenderWentOn++ == 0) reset.SenderWentOnFrame = frame;
            reset.PeerWasAcknowledged |= knowsMore && reset.PeerWentOn > 0;
        }
    }

}
