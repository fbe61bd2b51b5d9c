using TcpCapture.Cli.Arguments;

namespace TcpCapture.Cli.Terminal;

/// <summary>The connections that <c>show</c> selects by their end, and the head that it prints before their events.</summary>
internal sealed class ShownConnections(ConnectionFilter? filter, int? top, ConnectionOrder order, bool isSorted)
{
    /// <summary>A ladder of so few connections needs no head.</summary>
    private const int FewConnections = 3;

    private const int MaxRows = 20;
    private const int MaxFindings = 4;
    private const int MaxChosen = 10_000;
    private const int MaxJson = 100_000;

    private bool IsRanked => filter is not null || top is not null || isSorted;

    /// <summary>A count that keeps all connections, for JSON.</summary>
    public TimelineCounts All() => new() { Filter = filter, Order = order, MaxTop = Math.Min(top ?? MaxJson, MaxJson) };

    /// <summary>The selection with only the connections that match.</summary>
    public Selection Narrow(Recording recording, Selection wanted)
    {
        if (filter is null && top is null) return wanted;
        var counts = Counts(wanted, out var sink);
        Timeline.Correlate(recording, sink);
        return Narrow(wanted, counts);
    }

    /// <summary>Prints what failed and which connections are shown. Returns the selection; null if no connection matches.</summary>
    public Selection? Head(TextWriter output, Recording recording, Selection wanted)
    {
        if (!wanted.IsAll && !IsRanked) return wanted;
        var counts = Counts(wanted, out var sink);
        var findings = Timeline.Correlate(recording, sink);
        if (counts.Connections <= FewConnections && !IsRanked) return wanted;
        var (width, colour) = (Screen.Width, Screen.HasColour);
        if (counts.ToString() is { Length: > 0 } outcome) output.WriteLine($"{outcome}.");
        if (wanted.IsAll && filter is null)
            TimelineOutput.WriteTrouble(output, findings, MaxFindings, "; all are at the end", width, colour);
        if (filter is not null && counts.Matching == 0)
        {
            output.WriteLine($"No connection matches the filter: {filter}");
            return null;
        }

        if (IsRanked || counts.Failed > 0)
        {
            var shown = IsRanked ? counts : Failed(counts, recording);
            if (shown.Matching > 0)
                TimelineOutput.WriteTop(output, recording.Info.Start, shown, Heading(shown), "--top N shows N, ", width, colour);
        }

        output.WriteLine();
        return Narrow(wanted, counts);
    }

    private string Heading(TimelineCounts counts) => filter is null ? $"{counts.Order}" : $"{counts.Order}: {filter}";

    /// <summary>Without a ranking the failed connections only, which the findings name.</summary>
    private static TimelineCounts Failed(TimelineCounts counts, Recording recording)
    {
        var failed = new TimelineCounts { Order = counts.Order, MaxTop = (int)Math.Min(counts.Failed, 5) };
        foreach (var connection in counts.Top.Where(connection => connection.Diagnosis.IsFailure)) failed.OnConnectionEnded(connection);
        return failed;
    }

    private TimelineCounts Counts(Selection wanted, out ITimelineSink sink)
    {
        var counts = new TimelineCounts
        {
            Filter = filter,
            Order = order,
            MaxTop = top is { } number ? Math.Min(number, MaxChosen) : filter is null ? MaxRows : MaxChosen,
        };
        sink = wanted.Connections.Count == 0 ? counts : new TimelineSelection(counts) { Connections = wanted.Connections.ToHashSet() };
        return counts;
    }

    private Selection Narrow(Selection wanted, TimelineCounts counts) => filter is null && top is null
        ? wanted
        : wanted with { Connections = [.. counts.Top.Select(connection => connection.Number)] };
}
