using System.Globalization;
using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>Joins ICMP errors to the connection whose segment they quote. It never creates a connection and moves no state.</summary>
internal sealed class IcmpCorrelator(ConnectionTable connections, CallCorrelator calls, EventWriter writer)
{
    /// <summary>ICMP errors about TCP that could not be joined to a connection.</summary>
    public long Unmatched { get; private set; }

    public void Process(in IcmpError error, long frameNumber, in Frame frame)
    {
        var slot = error.HasQuote ? connections.Find(error.FourTuple) ?? SlotOfConnect(error) : null;
        if (slot is null)
        {
            Unmatched++;
            Write(null, new IcmpReport { Error = error, Event = writer.NextNumber, Frame = frameNumber }, frame);
            return;
        }

        var side = slot.SideOf(error.Source);
        var connection = slot.Current;
        var isInFlight = IsInFlight(connection, side, error.Seq);
        if (isInFlight == false && slot.Previous is { } previous && IsInFlight(previous, side, error.Seq) == true)
            (connection, isInFlight) = (previous, true);
        var report = new IcmpReport
        {
            Error = error,
            Event = writer.NextNumber,
            Frame = frameNumber,
            Host = frame.Passage?.Host ?? 0,
            Side = side,
            QuotedEvent = isInFlight == true ? EventOf(connection[side], error.Seq!.Value) : 0,
            IsInFlight = isInFlight,
        };
        if (!IsCopy(connection.Icmp?.Last, report)) (connection.Icmp ??= new IcmpErrors()).Add(report);
        Write(connection, report, frame);
    }

    /// <summary>The connect whose SYN never left this host: the neighbour did not answer ARP, and the host sends the error.</summary>
    private ConnectionTable.Slot? SlotOfConnect(in IcmpError error)
    {
        if (calls.TakePendingConnect(error.Source, error.Destination, error.Time) is not { } connection) return null;
        connection.Client.Address = error.Source;
        return connections.Place(connection);
    }

    /// <summary>True if the other host of a merged recording captured the same message before; NAT may change its recipient.</summary>
    private static bool IsCopy(IcmpReport? last, IcmpReport report) => last is not null && last.Host != report.Host
        && last.Error with { Time = report.Error.Time, Recipient = report.Error.Recipient } == report.Error;

    private void Write(Connection? connection, IcmpReport report, in Frame frame)
    {
        if (connection is { WritesSegments: false })
        {
            writer.Skip();
            return;
        }

        writer.Write(new TimelineEvent
        {
            Number = report.Event,
            Kind = EventKind.Icmp,
            Time = report.Error.Time,
            Connection = connection,
            Side = connection is null ? null : report.Side,
            Local = report.Error.HasQuote ? report.Error.Source : null,
            Remote = report.Error.HasQuote ? report.Error.Destination : null,
            Frame = report.Frame,
            CausedBy = report.QuotedEvent,
            Icmp = report,
            Note = Explain(report, connection is not null),
            Passage = frame.Passage,
        }, frame);
    }

    /// <summary>Whether the end has sent this number and its peer has not acknowledged it: the kernel accepts no other quote.</summary>
    private static bool? IsInFlight(Connection connection, Side side, uint? seq)
    {
        var (sender, peer) = (connection[side], connection[side.Peer()]);
        if (seq is not { } quoted || !sender.HasSent) return null;
        if (SequenceNumber.After(quoted, sender.SndNxt)) return false;
        if (peer.LastAckSent != 0) return !SequenceNumber.Before(quoted, peer.LastAckSent);
        return sender.IssKnown ? !SequenceNumber.Before(quoted, sender.Iss) : null;
    }

    private static long EventOf(ConnectionEnd sender, uint seq) =>
        sender.IssKnown && seq == sender.Iss && sender.LastSyn.Event != 0 ? sender.LastSyn.Event : sender.FindSent(seq);

    private static string Explain(IcmpReport report, bool isJoined)
    {
        var error = report.Error;
        return string.Create(CultureInfo.InvariantCulture, $"{error} from {error.Sender.ToIPAddress()}, ") + (error switch
        {
            { HasQuote: false } => "quotes too little of a TCP segment",
            _ when !isJoined => $"quotes {error.Source} → {error.Destination}, which is no known connection",
            { Seq: null } => "quotes no sequence number",
            _ when report.QuotedEvent != 0 => string.Create(CultureInfo.InvariantCulture, $"quotes event {report.QuotedEvent}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"quotes seq {error.Seq}")
                + (report.IsInFlight == false ? ", which was not in flight: it proves nothing" : ""),
        });
    }
}
