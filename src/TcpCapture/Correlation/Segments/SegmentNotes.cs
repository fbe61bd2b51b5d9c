using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Keeps what a sent segment changes in its connection.</summary>
internal static class SegmentNotes
{
    public static void NoteSent(Connection connection, ConnectionEnd sender, in Segment segment, long number, bool again)
    {
        if (segment.Has(TcpFlags.Syn))
        {
            sender.Syns++;
            if (again && SegmentCause.IsSynAlone(segment)) sender.SynRetransmissions++;
            sender.SentSynAck |= segment.Has(TcpFlags.Ack);
            sender.LastSyn = new EventRef(number, segment.Time);
            if (SegmentCause.IsSynAlone(segment))
            {
                // A corrupt segment may have begun it, and times can run backwards.
                connection.FirstSyn = Timestamp.Min(connection.FirstSyn ?? segment.Time, segment.Time);
                if (sender.FirstSyn.Event == 0) sender.FirstSyn = sender.LastSyn;
                if (sender.Side == Side.Server && connection.CrossingSyn == 0) connection.CrossingSyn = number;
            }
            else if (sender.FirstSynAck.Event == 0)
            {
                sender.FirstSynAck = sender.LastSyn;
            }

            if (!sender.IssKnown) sender.OpenStream(segment.Seq); // what an older connection sent on these ports no longer counts
        }

        if (segment.Has(TcpFlags.Fin) && sender.FinEvent == 0)
        {
            sender.FinCrossed = CrossedFins.IsOne(sender, connection[sender.Side.Peer()], segment);
            sender.FinEvent = number;
            sender.FinNext = segment.NextSeq;
            connection.FirstToFinish ??= sender.Side;
        }

        if (segment.Has(TcpFlags.Rst))
        {
            sender.Segments++;
            return;
        }

        if (segment.SequenceLength > 0 && connection.WritesSegments && (!again || SequenceNumber.After(segment.NextSeq, sender.SndNxt)))
            sender.AddSent(again ? sender.SndNxt : segment.Seq, segment.NextSeq, number);
        sender.NoteSent(segment, again);
        if (!segment.Has(TcpFlags.Ack)) return;
        sender.AckOwed = default;
        sender.NoteAckSent(segment, connection[sender.Side.Peer()]);
    }

    /// <summary>Records that the client refused the server's old socket: the old connection was half-open.</summary>
    public static void NoteDiscovery(ConnectionTable.Slot slot, Connection connection, ConnectionEnd sender, long cause, long number)
    {
        if (slot.Previous != connection || sender.Side != Side.Client) return;
        var (answer, syn) = connection.Server.LastSent;
        if (answer != cause || syn == 0 || syn != slot.Current.Client.LastSyn.Event) return;
        slot.Current.DiscoveryReset = number;
        connection.HalfOpen = new HalfOpenDiscovery(slot.Current, syn, answer, number);
    }
}
