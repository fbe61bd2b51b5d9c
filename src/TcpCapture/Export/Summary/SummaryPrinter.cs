using System.Globalization;
using TcpCapture.Export.Ladder;
using TcpCapture.Export.Summary;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>
/// Prints what captures hold, for people: what was read, how connections ended, a table of some, and what went wrong. Folded to the
/// width, control characters replaced.
/// </summary>
public sealed class SummaryPrinter
{
    private const int Narrowest = 80;
    private const int Widest = 200;
    private const int LabelWidth = 11;
    private const int LinkTypesNamed = 5;

    private readonly LadderPaint _paint;
    private readonly LadderPage _page;

    /// <summary>Prints into <paramref name="output"/>, which stays open.</summary>
    /// <param name="output">Where to print; what it throws comes through.</param>
    /// <param name="options">How; the width is used from 80 to 200 columns.</param>
    public SummaryPrinter(TextWriter output, LadderOptions options)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(options);
        _paint = new LadderPaint(options.Colour);
        _page = new LadderPage(output, _paint, Math.Clamp(options.Width, Narrowest, Widest));
    }

    /// <summary>What was read, and what the connections come to.</summary>
    public void Print(CaptureSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        _page.Across(PlainText.Of(Head(summary)), _paint.Bold);
        var totals = summary.Totals;
        Line("left out", LeftOut(summary), _paint.Warning);
        if (totals.Connections == 0) return;
        Line("ended", string.Join(", ", totals.ConnStates.Select(state => Kept($"{Number(state.Value)} {state.Key.ToText()} ({state.Key.ToMeaning()})"))));
        Line("resets", Resets(totals), _paint.Failure);
        Line("sent again", SentAgain(totals), _paint.Warning);
        if (totals.BeganEarlier > 0)
            Line("earlier", $"{Count(totals.BeganEarlier, "connection")} began before the capture: which end is the client is then a guess by the ports");
    }

    /// <summary>Words that say how to print every connection of so many, with a comma at their end; null: none.</summary>
    public Func<long, string>? HowToShowAll { get; init; }

    /// <summary>Words that say how to list all findings, to follow "more of other kinds".</summary>
    public string HowToListFindings { get; init; } = "";

    /// <summary>A table of connections, as many columns as there is room for.</summary>
    /// <param name="start">When the capture began.</param>
    /// <param name="shown">The connections, in order.</param>
    /// <param name="count">How many there are to choose from.</param>
    /// <param name="ofWhat">Which these are, for people: "first those in trouble".</param>
    public void Print(Timestamp start, IReadOnlyList<Connection> shown, long count, string ofWhat)
    {
        ArgumentNullException.ThrowIfNull(shown);
        if (shown.Count == 0) return;
        _page.Blank();
        var heading = shown.Count < count ? $"{Number(shown.Count)} of {Count(count, "connection")}" : Count(count, "connection");
        _page.Across($"{heading}{(count > 1 ? $", {ofWhat}" : "")}", _paint.Bold);
        new SummaryTable(_page, _paint, start).Print(shown);
        if (shown.Count < count)
        {
            _page.Across(
                $"{Number(count - shown.Count)} more: {HowToShowAll?.Invoke(count)}connections.csv has them all.", _paint.Faint);
        }
    }

    /// <summary>What went wrong, findings alike put together.</summary>
    /// <param name="findings">Findings; those that are no trouble are left out.</param>
    /// <param name="most">How many groups to print.</param>
    public void Print(IEnumerable<Finding> findings, int most)
    {
        ArgumentNullException.ThrowIfNull(findings);
        Finding[] trouble = [.. findings.Where(finding => finding.IsTrouble)];
        var groups = FindingGroup.Of(trouble);
        if (groups.Count == 0) return;
        _page.Blank();
        var printer = new FindingPrinter(_page);
        foreach (var group in groups.Take(most))
        {
            printer.Print(group.First.Connection?.Number, 0, group.First.Text);
            if (group.Others > 0) _page.Across(group.Rest(trouble.Length >= FindingList.Usual), _paint.Faint, "  ", "  ");
        }

        if (groups.Count > most) _page.Across($"{Number(groups.Count - most)} more of other kinds{HowToListFindings}.", _paint.Faint);
    }

    /// <summary>What weakens what was said, a sentence each.</summary>
    public void PrintRemarks(IReadOnlyList<string> remarks)
    {
        ArgumentNullException.ThrowIfNull(remarks);
        if (remarks.Count > 0) _page.Blank();
        foreach (var remark in remarks) _page.Across(PlainText.Of(remark), _paint.Warning, "! ", "  ");
    }

    private void Line(string label, string text, Func<string, string>? paint = null)
    {
        if (text.Length > 0) _page.Across(PlainText.Of(text), paint ?? (line => line), label.PadRight(LabelWidth), new string(' ', LabelWidth));
    }

    private static string Head(CaptureSummary summary)
    {
        var name = summary.FileNames.Count == 1 ? Path.GetFileName(summary.FileNames[0]) : Count(summary.FileNames.Count, "file");
        var text = $"{name} ({Size(summary.StoredBytes)}): {Count(summary.Frames, "frame")}, {Count(summary.Segments, "TCP segment")}, {Count(summary.Totals.Connections, "connection")}";
        if (summary.Frames == 0) return text;
        return $"{text}, {Size(summary.Totals.Bytes)} of payload in {TableText.Duration(summary.End - summary.Start)} from {summary.Start.ToDateTime():yyyy-MM-dd HH:mm:ss} UTC";
    }

    private static string LeftOut(CaptureSummary summary)
    {
        var parts = new List<string>();
        if (summary.NotTcp > 0) parts.Add($"{Count(summary.NotTcp, "frame")} without TCP");
        if (summary.Fragments > 0) parts.Add(Count(summary.Fragments, "IP fragment"));
        if (summary.Malformed > 0) parts.Add($"{Count(summary.Malformed, "malformed frame")}");
        if (summary.Aggregates > 0) parts.Add($"{Count(summary.Aggregates, "frame")} of several (A-MSDU)");
        if (summary.Corrupt > 0) parts.Add($"{Count(summary.Corrupt, "segment")} with a wrong checksum");
        if (summary.Undecoded > 0)
        {
            var types = summary.UndecodedLinkTypes;
            var more = types.Count > LinkTypesNamed ? $" and {types.Count - LinkTypesNamed} more" : "";
            parts.Add($"{Count(summary.Undecoded, "frame")} of link types that cannot be decoded: {string.Join(", ", types.Take(LinkTypesNamed))}{more}");
        }

        return string.Join(", ", parts);
    }

    private static string Resets(ConnectionTotals totals)
    {
        if (totals.Resets == 0) return "";
        var causes = totals.ResetCauses is [var only]
            ? only.Key == ResetCause.Unknown ? "cause unknown" : $"judged by the segments: {only.Key.ToText()}"
            : "judged by the segments: " + string.Join(", ", totals.ResetCauses.Select(cause => Kept($"{Number(cause.Value)} {cause.Key.ToText()}")));
        var ends = new List<string>();
        if (totals.ResetsByClient > 0) ends.Add(Kept($"{Number(totals.ResetsByClient)} by the client"));
        if (totals.ResetsByServer > 0) ends.Add(Kept($"{Number(totals.ResetsByServer)} by the server"));
        return ends is [_]
            ? $"{Count(totals.Resets, "connection")} by {(totals.ResetsByClient > 0 ? "the client" : "the server")}; {causes}"
            : $"{Count(totals.Resets, "connection")}, {string.Join(", ", ends)}; {causes}";
    }

    private static string SentAgain(ConnectionTotals totals)
    {
        if (totals.Retransmissions == 0 && totals.SynRetransmissions == 0 && totals.Unanswered == 0) return "";
        var text = $"{Count(totals.Retransmissions, "segment")} on {Count(totals.WithRetransmissions, "connection")}";
        if (totals.SynRetransmissions > 0) text += $", {Count(totals.SynRetransmissions, "SYN")} of them";
        return totals.Unanswered > 0 ? $"{text}; {Count(totals.Unanswered, "connection")} without an answer to the SYN" : text;
    }

    private static string Kept(string text) => text.Replace(' ', LadderRow.NoBreak);

    private static string Size(long bytes) => TableText.Bytes(bytes);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Count(long count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";
}
