using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Clues;

/// <summary>How a segment changes what is kept of the ends: data in flight, its transmissions, closed windows, probes.</summary>
internal static class FlightRules
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void NoteData(ref EndClues own, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, uint frame)
    {
        if (own.Tries != 0 && sender.SndNxt != receiver.LastAckSent)
        {
            if (segment._length > own.LargestInFlight) own.LargestInFlight = segment._length;
            return;
        }

        own.Tries = 1;
        own.FirstTry = own.LastTry = segment._time.Nanoseconds;
        own.FirstTryFrame = own.LastTryFrame = frame;
        own.OldestSeq = segment._seq;
        own.OldestLength = own.LargestInFlight = segment._length;
    }

    public static void NoteRetransmission(ref EndClues own, ConnectionEnd receiver, in Segment segment, uint frame)
    {
        if (receiver.HasAcknowledged(segment.NextSeq)) return; // the ACK was lost or late
        if (own.Tries == 0 || SequenceNumber.Before(segment.Seq, own.OldestSeq))
        {
            // The original was not captured, or was thought to be acknowledged.
            own.Tries = 1;
            own.FirstTry = segment.Time.Nanoseconds;
            own.FirstTryFrame = frame;
            own.OldestSeq = segment.Seq;
        }
        else if (segment.Seq != own.OldestSeq)
        {
            return;
        }
        else
        {
            Increment(ref own.Tries);
        }

        own.OldestLength = segment.Length;
        own.LastTry = segment.Time.Nanoseconds;
        own.LastTryFrame = frame;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void NoteRun(ref EndClues own, ConnectionEnd receiver, in Segment segment, uint frame)
    {
        ref var run = ref own.LatestRun;
        if (run.Ack == segment._ack && run.IsSet && SequenceNumber.After(run.Next, receiver.LastAckSent))
        {
            run.Next = segment.NextSeq;
            run.Flags |= segment._flags;
            return;
        }

        if (run.IsSet && run.Ack != segment._ack && SequenceNumber.After(run.Next, receiver.LastAckSent))
        {
            own.OlderRuns[1] = own.OlderRuns[0];
            own.OlderRuns[0] = run;
        }

        run.Frame = frame;
        run.Time = segment._time.Nanoseconds;
        run.Ack = segment._ack;
        run.Seq = segment._seq;
        run.Next = segment.NextSeq;
        run.Flags = segment._flags;
        run.IsSet = true;
        run.IsKeepAlive = false;
    }

    /// <summary>Notes what an ACK of the sender says about the other end's data in flight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void NoteAck(ref EndClues acked, ref EndClues own, ConnectionEnd other, in Segment segment)
    {
        if (acked.Tries == 0 || !SequenceNumber.After(segment._ack, acked.OldestSeq)) return;
        if (segment._ack == other.SndNxt) NoteAllAcked(ref acked, ref own, segment);
        else NotePartlyAcked(ref acked, segment);
    }

    public static void NoteAllAcked(ref EndClues acked, ref EndClues own, in Segment segment)
    {
        if (acked.Tries == 1 && acked.LargestInFlight == acked.OldestLength) NoteAnswer(ref own,
            segment._time.Nanoseconds - acked.FirstTry);
        if (acked.LargestInFlight > acked.LargestDelivered) acked.LargestDelivered = acked.LargestInFlight;
        acked.Tries = 0;
    }

    public static void NoteAnswer(ref EndClues own, long nanoseconds)
    {
        var microseconds = nanoseconds / 1000;
        if (microseconds > 0 && (own.FastestAnswer == 0 || microseconds < own.FastestAnswer))
            own.FastestAnswer = (uint)Math.Min(microseconds, uint.MaxValue);
    }

    public static void NotePartlyAcked(ref EndClues acked, in Segment segment)
    {
        if (acked.OldestLength > acked.LargestDelivered) acked.LargestDelivered = acked.OldestLength;
        acked.Tries = 1;
        acked.OldestSeq = segment._ack;
        acked.OldestLength = 0;
        acked.FirstTry = acked.LastTry = segment._time.Nanoseconds;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void NoteZeroWindow(ref EndClues own, in Segment segment, uint frame)
    {
        if (segment.Has(TcpFlags.Syn) || segment.Has(TcpFlags.Rst)) return;
        var time = segment.Time.Nanoseconds;
        if (segment.Window != 0) own.ZeroWindowSince = 0;
        else if (own.ZeroWindowSince == 0)
        {
            own.ZeroWindowSince = time;
            own.ZeroWindowFrame = frame;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void NoteKeepAliveAnswered(ref EndClues other)
    {
        Increment(ref other.AnsweredKeepAlives);
        other.UnansweredKeepAlives = 0;
    }

    public static void Increment(ref ushort counter)
    {
        if (counter != ushort.MaxValue) counter++;
    }
}
