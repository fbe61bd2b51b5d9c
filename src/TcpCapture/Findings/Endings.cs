using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>How long each end spent in each closing state.</summary>
/// <param name="latest">Returns the time of the latest event.</param>
internal sealed class Endings(Func<Timestamp> latest) : IAnalysis
{
    /// <summary>Limit of states kept for one end: RFC 9293 allows three, but invalid segments must not exhaust memory.</summary>
    private const int MaxStates = 16;

    /// <summary>Two states whose change the same segment shows are closer in time than can be told.</summary>
    private const long MinStay = 1000;

    /// <summary>2·MSL by RFC 9293: no TIME_WAIT is longer.</summary>
    private const long MaxTimeWait = 240_000_000_000;

    private readonly FindingList _findings = new("states passed through");

    public AnalysisInterest Interest => AnalysisInterest.States;

    public FindingRank Rank => FindingRank.Course;

    public IEnumerable<Finding> Findings => _findings;

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
        if (connection.Diagnosis.IsFailure || ConnectionNotes.Find(connection) is not { } notes) return;
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

        var states = string.Join(", ", stays.Select(s => $"{s.State.ToRfcName()}{Lasted(s, connection)}"));
        _findings.Add(connection, stays[0].Event, $"The {side.ToText()} passed through {states}.");
    }

    private string Lasted(ClosingStay stay, Connection connection)
    {
        if (!connection.HasTimes) return "";
        if (stay.Until is { } until) return until - stay.Since >= MinStay ? $" {Duration.ToText(until - stay.Since)}" : "";
        if (!connection.IsKnownBySegmentsOnly) return " (still there)";
        var least = Math.Max(0, Timestamp.Max(connection.End, latest()) - stay.Since);
        if (stay.State == TcpState.TimeWait && least > MaxTimeWait) return " until 2·MSL";
        return $" at least {Duration.ToText(least)} (as far as the capture shows)";
    }

    private static bool IsClosing(TcpState state) => state is TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait
        or TcpState.Closing or TcpState.LastAck or TcpState.TimeWait;
}
