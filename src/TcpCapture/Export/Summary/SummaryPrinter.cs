using System.Globalization;
using TcpCapture.Export.Ladder;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Export.Summary;

/// <summary>
/// Prints an analysis of capture files as text: what was read, how connections ended, a table of connections, and what went wrong.
/// Lines are folded to the width; control characters are replaced.
/// </summary>
internal sealed class SummaryPrinter
{
    private const int MinWidth = 80;
    private const int MaxWidth = 200;
    private const int LabelWidth = 14;
    private const int MaxLinkTypes = 5;

    private readonly LadderPaint _paint;
    private readonly LadderPage _page;

    /// <summary>Creates a printer.</summary>
    /// <param name="output">The destination, which stays open. Its exceptions are not caught.</param>
    /// <param name="options">The width, limited to 80 to 200 columns, and colours.</param>
    public SummaryPrinter(TextWriter output, LadderOptions options)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(options);
        _paint = new LadderPaint(options.Colour);
        _page = new LadderPage(output, _paint, Math.Clamp(options.Width, MinWidth, MaxWidth));
    }

    /// <summary>Prints what was read and the totals of all connections.</summary>
    public void Print(CaptureSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        _page.Across(PlainText.Of(Head(summary)), _paint.Bold);
        var totals = summary.Totals;
        if (totals.Connections > 0)
        {
            if (totals.Failures > 0)
                Line("failed", $"{Count(totals.Failures, "connection")}: {Kept(TimelineCounts.Causes(totals), ", ")}", _paint.Failure);
            Line("resets", Resets(totals), _paint.Failure);
            if (summary.IcmpErrors > summary.UnmatchedIcmpErrors)
                Line("ICMP", $"{Count(summary.IcmpErrors - summary.UnmatchedIcmpErrors, "error")} about these connections", _paint.Failure);
            Line("retransmitted", Retransmitted(totals), _paint.Warning);
        }

        if (summary.Dropped > 0) Line("dropped", $"{Count(summary.Dropped, "frame")} by the capture: they are missing", _paint.Warning);
        Line("went well", FindingOrder.Normal(totals)?.TrimEnd('.') ?? "");
        if (totals.BeganEarlier > 0)
            Line("earlier", $"{Count(totals.BeganEarlier, "connection")} began before the capture: the client is guessed from the ports");
        Line("left out", LeftOut(summary), _paint.Warning);
        Line("conn_state", string.Join(", ", totals.ConnStates.Select(state => Kept($"{Number(state.Value)} {state.Key.ToText()}"))));
    }

    /// <summary>Prints a table of connections, with as many columns as fit.</summary>
    /// <param name="start">The start of the capture.</param>
    /// <param name="shown">The connections to print, in order.</param>
    /// <param name="count">The number of connections these were chosen from.</param>
    /// <param name="ofWhat">How they were chosen or sorted, such as "first those in trouble".</param>
    /// <param name="howToShowAll">The hint how to print all connections; it ends with a comma.</param>
    public void Print(Timestamp start, IReadOnlyList<Connection> shown, long count, string ofWhat, string howToShowAll = "")
    {
        ArgumentNullException.ThrowIfNull(shown);
        if (shown.Count == 0) return;
        _page.Blank();
        var heading = shown.Count < count ? $"{Number(shown.Count)} of {Count(count, "connection")}" : Count(count, "connection");
        _page.Across($"{heading}{(count > 1 ? $", {ofWhat}" : "")}", _paint.Bold);
        new SummaryTable(_page, _paint, start).Print(shown);
        if (shown.Count < count)
            _page.Across($"{Number(count - shown.Count)} more: {howToShowAll}connections.csv has them all.", _paint.Faint);
    }

    /// <summary>Prints the findings that report trouble or something unusual, grouped by their text apart from numbers.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="most">The maximum number of groups to print.</param>
    /// <param name="howToListAll">The hint how to list all findings.</param>
    public void Print(IEnumerable<Finding> findings, int most, string howToListAll = "")
    {
        ArgumentNullException.ThrowIfNull(findings);
        Finding[] trouble =
            [.. findings.Where(finding => finding.IsTrouble || finding is { Rank: FindingRank.Unusual, Connection: not null })];
        var groups = FindingGroup.Of(trouble);
        if (groups.Count == 0) return;
        _page.Blank();
        var printer = new FindingPrinter(_page);
        foreach (var group in groups.Take(most))
        {
            printer.Print(group.First.Connection?.Number, 0, group.First.Text);
            if (group.Others > 0) _page.Across(group.Rest(trouble.Length >= FindingList.DefaultMax), _paint.Faint, "  ", "  ");
        }

        if (groups.Count > most) _page.Across($"{Number(groups.Count - most)} more of other kinds{howToListAll}.", _paint.Faint);
    }

    /// <summary>Prints remarks on what was left out or is uncertain.</summary>
    public void PrintRemarks(IReadOnlyList<string> remarks)
    {
        ArgumentNullException.ThrowIfNull(remarks);
        if (remarks.Count > 0) _page.Blank();
        foreach (var remark in remarks) _page.Across(PlainText.Of(remark), _paint.Warning, "! ", "  ");
    }

    private void Line(string label, string text, Func<string, string>? paint = null)
    {
        if (text.Length == 0) return;
        _page.Across(PlainText.Of(text), paint ?? (line => line), label.PadRight(LabelWidth), new string(' ', LabelWidth));
    }

    private static string Head(CaptureSummary summary)
    {
        var name = summary.FileNames.Count == 1 ? Path.GetFileName(summary.FileNames[0]) : Count(summary.FileNames.Count, "file");
        var text = $"{name} ({TableText.Bytes(summary.StoredBytes)}): {Count(summary.Frames, "frame")}, "
            + $"{Count(summary.Segments, "TCP segment")}, {Count(summary.Totals.Connections, "connection")}";
        if (summary.Frames == 0) return text;
        if (!summary.HasTimes) return $"{text}, {TableText.Bytes(summary.Totals.Bytes)} of payload; the file has no times";
        return $"{text}, {TableText.Bytes(summary.Totals.Bytes)} of payload in {TableText.Duration(summary.End - summary.Start)} "
            + $"from {summary.Start.ToDateTime():yyyy-MM-dd HH:mm:ss} UTC";
    }

    private static string LeftOut(CaptureSummary summary)
    {
        var parts = new List<string>();
        if (summary.UnmatchedIcmpErrors > 0)
            parts.Add($"{Count(summary.UnmatchedIcmpErrors, "ICMP error")} about no connection of this capture");
        if (summary.NotTcp > 0) parts.Add($"{Count(summary.NotTcp, "frame")} without TCP");
        if (summary.Fragments > 0) parts.Add(Count(summary.Fragments, "IP fragment"));
        if (summary.Malformed > 0) parts.Add($"{Count(summary.Malformed, "malformed frame")}");
        if (summary.Aggregates > 0) parts.Add($"{Count(summary.Aggregates, "A-MSDU frame")}");
        if (summary.Corrupt > 0) parts.Add($"{Count(summary.Corrupt, "segment")} with a wrong checksum");
        if (summary.Undecoded > 0)
        {
            var types = summary.UndecodedLinkTypes;
            var more = types.Count > MaxLinkTypes ? $" and {types.Count - MaxLinkTypes} more" : "";
            var names = string.Join(", ", types.Take(MaxLinkTypes)) + more;
            parts.Add($"{Count(summary.Undecoded, "frame")} of unsupported link types: {names}");
        }

        foreach (var protocol in summary.UndecodedProtocols.Take(MaxLinkTypes))
            parts.Add($"{Count(protocol.Frames, "frame")} {protocol.Predicate}");
        var others = summary.UndecodedProtocols.Skip(MaxLinkTypes).Sum(protocol => protocol.Frames);
        if (others > 0) parts.Add($"{Count(others, "frame")} not decoded: other protocols");
        return string.Join(", ", parts);
    }

    private static string Resets(ConnectionTotals totals)
    {
        if (totals.Resets == 0) return "";
        var ends = new List<string>();
        if (totals.ResetsByClient > 0) ends.Add(Kept($"{Number(totals.ResetsByClient)} by the client"));
        if (totals.ResetsByServer > 0) ends.Add(Kept($"{Number(totals.ResetsByServer)} by the server"));
        return ends is [_]
            ? $"{Count(totals.Resets, "connection")} by {(totals.ResetsByClient > 0 ? "the client" : "the server")}"
            : $"{Count(totals.Resets, "connection")}, {string.Join(", ", ends)}";
    }

    private static string Retransmitted(ConnectionTotals totals)
    {
        if (totals.Retransmissions == 0 && totals.SynRetransmissions == 0 && totals.Unanswered == 0) return "";
        var text = $"{Count(totals.Retransmissions, "segment")} on {Count(totals.WithRetransmissions, "connection")}";
        if (totals.SynRetransmissions > 0) text += $", {Count(totals.SynRetransmissions, "SYN")} of them";
        return totals.Unanswered > 0 ? $"{text}; {Count(totals.Unanswered, "connection")} without an answer to the SYN" : text;
    }

    private static string Kept(string text) => text.Replace(' ', LadderRow.NoBreak);

    /// <summary>Keeps each part on one line.</summary>
    private static string Kept(string text, string between) => string.Join(between, text.Split(between).Select(Kept));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Count(long count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";
}
