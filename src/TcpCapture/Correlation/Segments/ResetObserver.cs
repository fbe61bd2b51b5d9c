using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Clues;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Notes each RST with what was known when it passed, and describes it for its row.</summary>
internal sealed class ResetObserver(Listeners listeners, PendingKernelEvents kernelEvents, EventWriter writer)
{
    public ResetClue Observe(Connection connection, ConnectionEnd sender, in Segment segment, long frameNumber, in Frame frame)
    {
        var clue = ResetReader.Read(connection, sender, segment, frameNumber);
        clue.MptcpReason = MptcpReset.ReasonOf(frame.Bytes, segment);
        clue.Reason = kernelEvents.TakeReset(segment.FourTuple, sender.SocketAddress, segment.Time)?.Reason;
        var listener = listeners.Find(sender.Address);
        if (!connection.IsKnownBySegmentsOnly || listener is not null || clue.Reason is not null)
        {
            // Calls are better evidence than samples: data that a sample saw in the queue may have been read since.
            var unread = sender.Socket is null ? sender.LastSample?.ReceiveQueue ?? 0 : sender.BytesArrived - sender.BytesRead;
            clue.Witness = new ResetWitness(
                sender.Closing, unread, listener?.State, sender.Side == Side.Server ? listeners.ClosedAt(sender.Address) : default,
                listener is { IsFull: true }, CallCorrelator.IsAccepted(sender), sender.IsTraced,
                clue.Reason is null && ConnectionTable.IsAlive(sender) && writer.IsTraced(sender));
        }

        clue.Event = writer.NextNumber;
        connection.Clues.AddReset(clue);
        return clue;
    }

    /// <summary>The call or segment that made the sender send the RST; 0 if neither was seen.</summary>
    public static long CauseOf(ResetClue clue) =>
        clue.IsAnswer ? clue.AnsweredEvent
        : clue.Witness is { Closing.Event: not 0 } closed ? closed.Closing.Event
        : clue.Witness is { IsAccepted: false, ListenerClosed.Event: not 0 } listener ? listener.ListenerClosed.Event : 0;

    /// <summary>What the numbers of an RST say, for its row.</summary>
    public static string Describe(ResetClue clue)
    {
        var reason = clue.Reason is null ? "" : $"; the kernel says {clue.Reason}";
        if (clue.Witness is { LivesOn: true }) return "RST that the sender's kernel did not send: its socket lives on";
        if (clue.IsAnswer)
        {
            var what = clue.Answers switch
            {
                AnsweredKind.Syn => "the SYN",
                AnsweredKind.SynAck => "the SYN-ACK",
                AnsweredKind.Ack => "the ACK",
                AnsweredKind.KeepAlive => "the keep-alive",
                AnsweredKind.Fin => "the FIN",
                AnsweredKind.Data => "the data",
                _ => "the segment",
            };
            return $"RST refuses {what}{reason}";
        }

        return clue.Fit switch
        {
            ResetFit.Outside => $"RST with a number outside the window: ignored by its receiver (RFC 5961){reason}",
            ResetFit.InWindow => $"RST in the window but not at the expected number: a challenge ACK answers it (RFC 5961){reason}",
            _ => $"RST answers no segment: its sender aborted{reason}",
        };
    }

    /// <summary>True if the RST probably ended its sender's socket.</summary>
    public static bool EndsSender(ResetClue clue)
    {
        if (clue.Witness is { LivesOn: true }) return false;
        if (clue.IsAnswer || clue.Reason is not null) return true;
        return clue.Fit is ResetFit.Exact or ResetFit.Unknown && !clue.HasOtherTtl;
    }

    /// <summary>Brings the sender of an RST back when a later segment of it shows that its socket lives on.</summary>
    public void Revive(Connection connection, ConnectionEnd sender, in Segment segment)
    {
        if (sender.State != TcpState.Closed || segment.Has(TcpFlags.Syn) || sender.IsTraced) return;
        var resets = connection.Clues.Resets;
        for (var i = resets.Count - 1; i >= 0; i--)
        {
            var clue = resets[i];
            var isOwn = clue.By == sender.Side;
            var state = isOwn ? clue.StateBefore : clue.PeerStateBefore;
            if ((isOwn && clue.SenderWentOn != 1) || (!isOwn && clue.SenderWentOn == 0)
                || state is TcpState.Closed or TcpState.SynSent) continue;
            writer.Change(connection, sender, state, new EventWriter.Reason(segment.Time)
            {
                CausedBy = clue.Event,
                NotAfter = segment.Time,
                Note = "correction: the RST did not end it, it goes on",
            });
            return;
        }
    }
}
