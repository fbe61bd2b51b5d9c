using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>How long each end spent in each closing state.</summary>
/// <param name="latest">Returns the time of the latest event.</param>
internal sealed class Endings(Func<Timestamp> latest) : IAnalysis
{
    /// <summary>Limit of states kept for one end: RFC 9293 allows three, but invalid segments must not exhaust memory.</summary>
    private const int MaxStates = 16;

    /// <summary>A stay in CLOSE_WAIT that is worth a finding of its own.</summary>
    private const long LongCloseWait = 1_000_000_000;

    private readonly FindingList _findings = new("states passed through");
    private readonly FindingList _closeWaits = new("stays in CLOSE_WAIT", isTrouble: true);

    public AnalysisInterest Interest => AnalysisInterest.States;

    public IEnumerable<Finding> Findings => _closeWaits.Concat(_findings);

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.State, Connection: { } connection, Side: { } side }) return;
        var isClosing = IsClosing(timelineEvent.NewState);
        if (!isClosing && ConnectionNotes.Find(connection) is null) return;
        ref var notes = ref ConnectionNotes.Of(connection)[side];
        notes.HasClosed |= isClosing;
        if (notes.ClosingStays is { } left)
        {
            if (left[^1].Until is null) left[^1] = left[^1] with { Until = timelineEvent.Time };
        }
        else if (_findings.IsFull)
        {
            return; // only counted
        }

        if (isClosing && notes.ClosingStays is null or { Count: < MaxStates })
            (notes.ClosingStays ??= []).Add(new ClosingStay(timelineEvent.NewState, timelineEvent.Time, null, timelineEvent.Number));
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (ConnectionNotes.Find(connection) is not { } notes) return;
        AddStays(connection, Side.Client, notes[Side.Client]);
        AddStays(connection, Side.Server, notes[Side.Server]);
    }

    private void AddStays(Connection connection, Side side, in ConnectionNotes.EndNotes notes)
    {
        if (!notes.HasClosed) return;
        if (_findings.IsFull || notes.ClosingStays is not { } stays)
        {
            _findings.Add(connection, 0, $"The {side.ToText()} closed."); // only counted
            return;
        }

        AddCloseWait(connection, side, stays);
        var states = string.Join(", ", stays.Select(s => $"{s.State.ToRfcName()}{Lasted(s, connection)}"));
        _findings.Add(connection, stays[0].Event, $"The {side.ToText()} passed through {states}.");
    }

    /// <summary>Condition: calls, samples or kernel events show the socket, and it has left CLOSE_WAIT after a second or more.</summary>
    private void AddCloseWait(Connection connection, Side side, List<ClosingStay> stays)
    {
        if (!connection.HasTimes || connection[side].IsKnownBySegmentsOnly) return;
        foreach (var stay in stays)
        {
            if (stay is not { State: TcpState.CloseWait, Until: { } until } || until - stay.Since < LongCloseWait) continue;
            var holder = connection[side].Owner is { } owner ? $" ({owner.ProcessName}[{owner.ProcessId}])" : "";
            _closeWaits.Add(connection, stay.Event,
                $"The {side.ToText()}{holder} stayed in CLOSE_WAIT for {Duration.ToText(until - stay.Since)}: the {side.Peer().ToText()}"
                + $" had closed, and its application did not close in that time.");
            return;
        }
    }

    private string Lasted(ClosingStay stay, Connection connection)
    {
        if (!connection.HasTimes) return "";
        if (stay.Until is { } until) return $" {Duration.ToText(Math.Max(0, until - stay.Since))}";
        if (!connection.IsKnownBySegmentsOnly) return " (still there)";
        var least = Math.Max(0, Timestamp.Max(connection.End, latest()) - stay.Since);
        return $" at least {Duration.ToText(least)} (as far as the capture shows)";
    }

    private static bool IsClosing(TcpState state) => state is TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait
        or TcpState.Closing or TcpState.LastAck or TcpState.TimeWait;
}
