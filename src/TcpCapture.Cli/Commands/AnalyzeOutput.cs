using System.Globalization;
using TcpCapture.Cli.Terminal;
using TcpCapture.Export.Output;
using TcpCapture.Export.Summary;
using TcpCapture.Pipeline;

namespace TcpCapture.Cli.Commands;

/// <summary>What an analysis says at its end.</summary>
/// <param name="filter">The filter as it was given; null without one.</param>
/// <param name="order">How the table is sorted.</param>
internal sealed class AnalyzeOutput(string? filter, ConnectionOrder order)
{
    private const int MostGroups = 8;

    /// <summary>For people, on stdout.</summary>
    public void Print(CaptureSummary summary, ConnectionRanking ranking, ConnectionChoice chosen, LadderExcerpt? excerpt, OutputFolder folder, IReadOnlyList<string> written)
    {
        using var output = Screen.Open();
        var printer = new SummaryPrinter(output, Screen.Ladder);
        printer.Print(summary);
        if (filter is not null && ranking.Count == 0) WriteParagraph(output, $"No connection is one of those: {filter}");
        printer.Print(summary.Start, ranking.First, ranking.Count, $"{order}{(filter is null ? "" : $", of {summary.Totals.Connections.ToString("N0", CultureInfo.InvariantCulture)}: {filter}")}");
        if (excerpt is null) printer.Print(filter is null && chosen.IsNone ? summary.Findings : Of(summary, chosen), MostGroups);
        excerpt?.Print(output, summary.Chosen > 0);
        printer.PrintRemarks(summary.IsInterrupted ? ["Interrupted: the files end where reading did.", .. summary.Remarks] : summary.Remarks);
        if (summary.LeftOutOfReport > 0)
            WriteParagraph(output, string.Create(CultureInfo.InvariantCulture, $"report.html leaves out the last {summary.LeftOutOfReport:N0} events, for a browser holds no more: timeline.csv has them."));
        WriteParagraph(output, $"Files in {folder.Path}: {string.Join(", ", written)}");
        if (summary is { Chosen: 0, Totals.Connections: > 0 } && filter is null)
            output.WriteLine("--connection N writes a connection's timeline and prints its ladder; --filter EXPR chooses by the columns of connections.csv.");
    }

    /// <summary>For machines, on stdout: one object.</summary>
    public static void PrintJson(
        CaptureSummary summary, ConnectionRanking ranking, ConnectionChoice chosen, bool isFiltered, OutputFolder folder, IReadOnlyList<string> written) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        SummaryJson.Write(json, summary, ranking.First, isFiltered || !chosen.IsNone ? Of(summary, chosen) : summary.Findings);
        json.WriteNumber("connections_to_choose_from", ranking.Count);
        json.WriteNumber("connections_in_timeline", summary.Chosen);
        json.WriteString("folder", folder.Path);
        json.WriteStartArray("written");
        foreach (var name in written) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>The findings about what was chosen.</summary>
    private static IEnumerable<Finding> Of(CaptureSummary summary, ConnectionChoice chosen) =>
        summary.Findings.Where(finding => finding.Connection is { } connection && chosen.Includes(connection.Number));

    private static void WriteParagraph(TextWriter output, string text)
    {
        output.WriteLine();
        output.WriteLine(text);
    }
}
