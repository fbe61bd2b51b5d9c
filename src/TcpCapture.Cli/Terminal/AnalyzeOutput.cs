using System.Globalization;

namespace TcpCapture.Cli.Terminal;

internal sealed class AnalyzeOutput(string? filter, ConnectionOrder order)
{
    private const int MaxGroups = 8;

    /// <summary>Prints text on stdout.</summary>
    public void Print(
        CaptureSummary summary, ConnectionChoice chosen, LadderExcerpt? excerpt,
        OutputFolder folder, IReadOnlyList<string> written)
    {
        using var output = Screen.Open();
        var (width, colour) = (Screen.Width, Screen.HasColour);
        TimelineOutput.WriteSummary(output, summary, width, colour);
        if (filter is not null && summary.Matching == 0) WriteParagraph(output, $"No connection matches the filter: {filter}");
        var total = summary.Connections.ToString("N0", CultureInfo.InvariantCulture);
        var all = string.Create(CultureInfo.InvariantCulture, $"--top {Math.Min(summary.Matching, int.MaxValue)} shows all, ");
        var ofWhat = filter is null ? $"{order}" : $"{order}, of {total}: {filter}";
        var findings = filter is null && chosen.IsNone ? summary.Findings : Of(summary, chosen);
        if (excerpt is null) TimelineOutput.WriteTrouble(output, findings, MaxGroups, ": --json has them", width, colour);
        TimelineOutput.WriteTop(output, summary, ofWhat, all, width, colour);
        excerpt?.Print(output, summary.Chosen > 0);
        const string interrupted = "Interrupted: the files hold only what was read until then.";
        TimelineOutput.WriteRemarks(output, summary.IsInterrupted ? [interrupted, .. summary.Remarks] : summary.Remarks, width, colour);
        if (summary.LeftOutOfReport > 0)
        {
            var events = summary.LeftOutOfReport.ToString("N0", CultureInfo.InvariantCulture);
            WriteParagraph(output, $"report.html leaves out the last {events} events, to stay usable in a browser: see timeline.csv.");
        }

        WriteParagraph(output, $"Files in {folder.Path}: {string.Join(", ", written)}");
        if (summary is { Chosen: 0, Connections: > 0 } && filter is null)
            output.WriteLine("--connection N writes a connection's timeline and prints its ladder; "
                + "--filter EXPR selects by the columns of connections.csv.");
    }

    public static void PrintJson(
        CaptureSummary summary, ConnectionChoice chosen, bool isFiltered,
        OutputFolder folder, IReadOnlyList<string> written) => Screen.WriteJson(json =>
    {
        json.WriteStartObject();
        TimelineOutput.WriteJson(json, summary, isFiltered || !chosen.IsNone ? Of(summary, chosen) : summary.Findings);
        json.WriteNumber("connections_to_choose_from", summary.Matching);
        json.WriteNumber("connections_in_timeline", summary.Chosen);
        json.WriteString("folder", folder.Path);
        json.WriteStrings("written", written);
        json.WriteEndObject();
    });

    private static IEnumerable<Finding> Of(CaptureSummary summary, ConnectionChoice chosen) =>
        summary.Findings.Where(finding => finding.Connection is { } connection && chosen.Includes(connection.Number));

    private static void WriteParagraph(TextWriter output, string text)
    {
        output.WriteLine();
        output.WriteLine(text);
    }
}
