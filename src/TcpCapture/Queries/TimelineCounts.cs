using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>Counts what a timeline holds, in constant memory: failures first, and connections as every other output counts them.</summary>
public sealed class TimelineCounts : ITimelineSink
{
    private const int MaxCauses = 4;

    private ConnectionRanking? _ranking;

    /// <summary>Connections; those that continue in the next part of a recording are counted there.</summary>
    public long Connections => Totals.Connections;

    /// <summary>Connects that failed without a captured segment: they are no connections.</summary>
    public long Attempts => Totals.Attempts;

    /// <summary>Connections that failed.</summary>
    public long Failed => Totals.Failures;

    /// <summary>Connections that were open at the end, whether or not anything got through.</summary>
    public long Open => Totals.Outcomes
        .Where(outcome => outcome.Key is ConnectionOutcome.Open or ConnectionOutcome.Stalled).Sum(outcome => outcome.Value);

    /// <summary>Connections that were reset or refused.</summary>
    public long Resets => Totals.Resets;

    /// <summary>Retransmitted segments: data, SYN or FIN.</summary>
    public long Retransmissions => Totals.Retransmissions;

    /// <summary>SYNs retransmitted by clients.</summary>
    public long SynRetransmissions => Totals.SynRetransmissions;

    /// <summary>Segments.</summary>
    public long Segments { get; private set; }

    /// <summary>Socket calls.</summary>
    public long Calls { get; private set; }

    /// <summary>How the recording ended.</summary>
    public TimelineEnd End { get; private set; }

    /// <summary>Chooses the connections of <see cref="Top"/>; null for all.</summary>
    public ConnectionFilter? Filter { get; init; }

    /// <summary>The order of <see cref="Top"/>.</summary>
    public ConnectionOrder Order { get; init; } = ConnectionOrder.Trouble;

    /// <summary>Maximum number of connections in <see cref="Top"/>.</summary>
    public int MaxTop { get; init; }

    /// <summary>The first connections that match the filter, in order.</summary>
    public IReadOnlyList<Connection> Top => _ranking?.First ?? [];

    /// <summary>Number of connections that match the filter.</summary>
    public long Matching => _ranking?.Count ?? 0;

    internal ConnectionTotals Totals { get; } = new();

    /// <inheritdoc/>
    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Segment) Segments++;
        else if (timelineEvent.Kind == EventKind.Call) Calls++;
    }

    /// <inheritdoc/>
    public void OnConnectionEnded(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (!connection.GoesOn) Totals.Add(connection);
        if (MaxTop > 0 && Filter?.Matches(connection) != false)
            (_ranking ??= new ConnectionRanking(Order, MaxTop)).Add(connection);
    }

    /// <inheritdoc/>
    public void OnCompleted(in TimelineEnd end) => End = end;

    /// <summary>
    /// What is wrong, then what is not: <c>1 of 300 connections failed (1 linger-zero), 2 retransmissions; 299 closed normally</c>.
    /// Empty without connections and connects.
    /// </summary>
    public override string ToString() => Connections + Attempts == 0
        ? "" : string.Join("; ", new[] { Trouble, Normal }.Where(part => part.Length > 0));

    private string Trouble
    {
        get
        {
            var parts = new List<string>();
            if (Failed > 0) parts.Add($"{PlainText.Number(Failed)} of {Count(Connections, "connection")} failed ({Causes(Totals)})");
            if (Attempts > 0) parts.Add($"{Count(Attempts, "connect")} failed without a segment");
            if (Retransmissions > 0) parts.Add(Count(Retransmissions, "retransmission"));
            if (End.End?.DroppedByKernel + (End.End?.DroppedByInterface ?? 0) is > 0 and var dropped)
                parts.Add($"{Count(dropped, "frame")} dropped by the capture");
            return string.Join(", ", parts);
        }
    }

    private string Normal => FindingOrder.Normal(Totals)?.TrimEnd('.') ?? "";

    /// <summary>The causes of failures, most frequent first: <c>12 unanswered, 1 linger-zero</c>.</summary>
    internal static string Causes(ConnectionTotals totals)
    {
        var failures = totals.Causes.Where(cause => cause.Key != Cause.Probe).ToArray();
        var named = string.Join(", ", failures.Take(MaxCauses).Select(cause => $"{PlainText.Number(cause.Value)} {cause.Key.ToText()}"));
        var others = failures.Skip(MaxCauses).Sum(cause => cause.Value);
        return others > 0 ? $"{named}, {PlainText.Number(others)} others" : named;
    }

    private static string Count(long count, string what) => $"{PlainText.Number(count)} {what}{(count == 1 ? "" : "s")}";
}
