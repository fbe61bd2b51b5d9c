using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>States, and the segments that verdicts name, of one end of an open connection. Memory is bounded.</summary>
internal sealed class EndFacts
{
    public const int MaxEvents = 5; // maximum number of events kept per kind
    private const int MaxEntries = 64; // maximum number of changes of state kept. A real connection has at most ten

    private readonly List<StateEntry> _states = [];

    public IReadOnlyList<StateEntry> States => _states;
    public bool IsCut { get; private set; } // true if some changes of state were not kept
    public List<VerdictEvent> Resets { get; } = [];
    public long ResetCount { get; private set; }
    public List<VerdictEvent> Retransmissions { get; } = [];
    public List<VerdictEvent> SynRetransmissions { get; } = [];
    public VerdictEvent? FirstSyn { get; private set; }
    public VerdictEvent? Fin { get; private set; }

    public void Sent(in TimelineEvent e, Timestamp start, ConnectionEnd peer)
    {
        var segment = e.Segment;
        if (segment.Has(TcpFlags.Rst))
        {
            ResetCount++;
            Keep(Resets, e, start);
        }

        if (segment.Has(TcpFlags.Fin)) Fin ??= VerdictEvent.Of(e, start);
        if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack) && FirstSyn is not null) Keep(SynRetransmissions, e, start);
        if (segment.Has(TcpFlags.Syn)) FirstSyn ??= VerdictEvent.Of(e, start);
        if (e.IsRetransmission) Keep(Retransmissions, e, start);
        if (_states is [.., var last] && StateProof.Shows(segment, last.State, peer) && segment.Time >= last.Earliest)
            _states[^1] = last with { Latest = last.Latest is { } known ? Timestamp.Min(known, segment.Time) : segment.Time };
    }

    public void Changed(in TimelineEvent e, Timestamp start, Timestamp begin)
    {
        if (e is { OldState: TcpState.CloseWait, NewState: TcpState.Established })
        {
            // The timeline corrects a FIN that passed the capture point before it arrived: there was no CLOSE_WAIT yet.
            if (_states is [.., { State: TcpState.CloseWait }]) _states.RemoveAt(_states.Count - 1);
            return;
        }

        if (_states.Count >= MaxEntries)
        {
            IsCut = true;
            return;
        }

        var earliest = Timestamp.Max(e.NotBefore ?? begin, _states is [.., var last] ? last.Earliest : begin);
        _states.Add(new StateEntry(e.NewState, VerdictEvent.Of(e, start), e.Evidence, earliest, e.NotAfter));
    }

    /// <summary>The latest time of an entry: its own bound, or that of a later entry.</summary>
    public Timestamp? LatestOf(int index)
    {
        Timestamp? latest = null;
        for (var i = index; i < _states.Count; i++)
            if (_states[i].Latest is { } known && (latest is null || known < latest)) latest = known;
        return latest;
    }

    private static void Keep(List<VerdictEvent> marks, in TimelineEvent e, Timestamp start)
    {
        if (marks.Count < MaxEvents) marks.Add(VerdictEvent.Of(e, start));
    }
}

/// <summary>Shows whether a segment proves that its sender has entered a state.</summary>
// On loopback an ACK follows in microseconds, the next sample in milliseconds: this decides rules that samples leave open.
internal static class StateProof
{
    public static bool Shows(in Segment segment, TcpState state, ConnectionEnd peer) => state switch
    {
        TcpState.SynSent or TcpState.SynRecv => segment.Has(TcpFlags.Syn),

        // A client sends segments without SYN only after the SYN-ACK; a server may acknowledge in SYN_RECV, but sends no data.
        TcpState.Established => !segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Rst)
            && (peer.Side == Side.Server || segment.Length > 0 || segment.Has(TcpFlags.Fin)),
        TcpState.FinWait1 or TcpState.LastAck => segment.Has(TcpFlags.Fin),
        TcpState.CloseWait or TcpState.Closing or TcpState.TimeWait =>
            segment.Has(TcpFlags.Ack) && !segment.Has(TcpFlags.Rst)
            && peer.FinEvent != 0 && !SequenceNumber.Before(segment.Ack, peer.FinNext),
        _ => false,
    };
}

/// <summary>An end's entry into a state, and how exactly it is known.</summary>
internal readonly record struct StateEntry(TcpState State, VerdictEvent Event, Evidence Evidence, Timestamp Earliest, Timestamp? Latest);
