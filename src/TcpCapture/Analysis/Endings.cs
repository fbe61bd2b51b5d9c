using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Analysis;

/// <summary>How long each end spent in each state of closing.</summary>
internal sealed class Endings : IAnalysis
{
    private readonly Dictionary<(int Connection, Side Side), List<Stay>> _open = [];
    private readonly FindingList _findings = new("states passed through");
    private Timestamp _latest;

    public AnalysisInterest Interest => AnalysisInterest.States;

    public IEnumerable<Finding> Findings => _findings;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Time > _latest) _latest = timelineEvent.Time;
        if (timelineEvent is not { Kind: EventKind.State, Connection: { } connection, Side: { } side }) return;
        var key = (connection.Number, side);
        if (_open.TryGetValue(key, out var stays))
        {
            if (stays[^1].Until is null) stays[^1] = stays[^1] with { Until = timelineEvent.Time };
        }
        else if (IsClosing(timelineEvent.NewState))
        {
            _open.Add(key, stays = []);
        }

        if (stays is not null && IsClosing(timelineEvent.NewState))
            stays.Add(new Stay(timelineEvent.NewState, timelineEvent.Time, null, timelineEvent.Number));
    }

    public void OnConnectionEnded(Connection connection)
    {
        foreach (var side in (ReadOnlySpan<Side>)[Side.Client, Side.Server])
        {
            if (!_open.Remove((connection.Number, side), out var stays)) continue;
            var said = string.Join(", ", stays.Select(s => $"{s.State.ToRfcName()} {Lasted(s, connection)}"));
            _findings.Add(new Finding(connection, stays[0].Event, $"The {side.ToText()} passed through {said}."));
        }
    }

    private string Lasted(Stay stay, Connection connection)
    {
        if (stay.Until is { } until) return Duration.ToText(Math.Max(0, until - stay.Since));
        return connection.IsKnownBySegmentsOnly
            ? $"at least {Duration.ToText(Math.Max(0, Timestamp.Max(connection.End, _latest) - stay.Since))} (as far as the capture shows)"
            : "(still there)";
    }

    private static bool IsClosing(TcpState state) => state is TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait
        or TcpState.Closing or TcpState.LastAck or TcpState.TimeWait;

    private sealed record Stay(TcpState State, Timestamp Since, Timestamp? Until, long Event);
}
