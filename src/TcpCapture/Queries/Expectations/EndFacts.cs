using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>What rules ask of one end of an open connection: its states, and the segments that are worth naming. Bounded.</summary>
internal sealed class EndFacts
{
    /// <summary>Events kept of a kind; more would not be read.</summary>
    public const int MostMarks = 5;

    /// <summary>Changes of state kept. A connection makes ten at most; only a recording made up by somebody has more.</summary>
    private const int MostEntries = 64;

    private readonly List<StateEntry> _states = [];

    public IReadOnlyList<StateEntry> States => _states;

    /// <summary>True if there were more changes of state than are kept.</summary>
    public bool IsCut { get; private set; }

    public List<VerdictEvent> Resets { get; } = [];

    public long ResetCount { get; private set; }

    public List<VerdictEvent> Retransmissions { get; } = [];

    public List<VerdictEvent> SynRetransmissions { get; } = [];

    public VerdictEvent? FirstSyn { get; private set; }

    public VerdictEvent? Fin { get; private set; }

    /// <summary>The end sent a segment.</summary>
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

    /// <summary>The end changed its state.</summary>
    public void Changed(in TimelineEvent e, Timestamp start, Timestamp begin)
    {
        if (e is { OldState: TcpState.CloseWait, NewState: TcpState.Established })
        {
            // The timeline takes back a FIN that had passed the capture point but not arrived: there was no CLOSE_WAIT yet.
            if (_states is [.., { State: TcpState.CloseWait }]) _states.RemoveAt(_states.Count - 1);
            return;
        }

        if (_states.Count >= MostEntries)
        {
            IsCut = true;
            return;
        }

        var earliest = Timestamp.Max(e.NotBefore ?? begin, _states is [.., var last] ? last.Earliest : begin);
        _states.Add(new StateEntry(e.NewState, VerdictEvent.Of(e, start), e.Evidence, earliest, e.NotAfter));
    }

    /// <summary>By when an entry had happened: by its own bound, or since the next had.</summary>
    public Timestamp? LatestOf(int index)
    {
        Timestamp? latest = null;
        for (var i = index; i < _states.Count; i++)
            if (_states[i].Latest is { } known && (latest is null || known < latest)) latest = known;
        return latest;
    }

    private static void Keep(List<VerdictEvent> marks, in TimelineEvent e, Timestamp start)
    {
        if (marks.Count < MostMarks) marks.Add(VerdictEvent.Of(e, start));
    }
}
