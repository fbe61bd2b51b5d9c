using System.Text.Json;
using TcpCapture.Export.Csv;
using TcpCapture.Export.Json;
using TcpCapture.Export.JUnit;
using TcpCapture.Export.Ladder;
using TcpCapture.Export.Summary;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>Writes timelines, findings and results in the formats of the command.</summary>
/// <example><code>
/// Timeline.Correlate(recording, TimelineOutput.Ladder(Console.Out, recording.Info));
/// </code></example>
public static class TimelineOutput
{
    private const int DefaultWidth = 100;

    /// <summary>Draws a ladder: lifelines with segments as arrows, states and calls beside them, findings below.</summary>
    /// <param name="output">The writer; stays open. Its exceptions pass through.</param>
    /// <param name="info">The recording, for the header.</param>
    /// <param name="width">
    /// The width in columns, limited to 80 to 160. From 120 on, arrows also show relative sequence and acknowledgement numbers.
    /// </param>
    /// <param name="colour">Use ANSI colours, which only repeat what words or symbols show.</param>
    public static ITimelineSink Ladder(TextWriter output, RecordingInfo info, int width = DefaultWidth, bool colour = false) =>
        new LadderPrinter(output, info, new LadderOptions { Width = width, Colour = colour });

    /// <summary>Writes the rows of <c>timeline.csv</c>, complete after <see cref="ITimelineSink.OnCompleted"/>.</summary>
    /// <param name="output">The stream; stays open. Its exceptions pass through.</param>
    /// <param name="start">The time from which <c>elapsed</c> counts.</param>
    public static ITimelineSink Csv(Stream output, Timestamp start) => new TimelineCsv(output, start);

    /// <summary>Writes JSON Lines: one object per event with the columns of <c>timeline.csv</c>.</summary>
    /// <param name="output">The stream; stays open. Its exceptions pass through.</param>
    /// <param name="start">The time from which <c>elapsed</c> counts.</param>
    public static ITimelineSink Json(Stream output, Timestamp start) => new TimelineJson(output, start);

    /// <summary>Writes findings as a ladder shows them: one bullet each, folded to the width.</summary>
    /// <param name="output">The writer; stays open.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="width">The width in columns, limited to 80 to 160.</param>
    public static void WriteFindings(TextWriter output, IEnumerable<Finding> findings, int width = DefaultWidth)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var printer = new FindingPrinter(LadderPage.Of(output, new LadderOptions { Width = width }));
        foreach (var finding in findings) printer.Print(finding);
    }

    /// <summary>Writes what was read from capture files, and the totals of all connections.</summary>
    /// <param name="output">The writer; stays open.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="width">The width in columns, limited to 80 to 200.</param>
    /// <param name="colour">Use ANSI colours.</param>
    public static void WriteSummary(TextWriter output, CaptureSummary summary, int width = DefaultWidth, bool colour = false) =>
        Summaries(output, width, colour).Print(summary);

    /// <summary>Writes a table of <see cref="CaptureSummary.Top"/>, with as many columns as fit.</summary>
    /// <param name="output">The writer; stays open.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="ofWhat">How the connections were chosen and sorted, for the heading.</param>
    /// <param name="howToShowAll">A hint how to print all connections, ending with a comma and a blank; empty for none.</param>
    /// <param name="width">The width in columns, limited to 80 to 200.</param>
    /// <param name="colour">Use ANSI colours.</param>
    public static void WriteTop(
        TextWriter output, CaptureSummary summary, string ofWhat, string howToShowAll = "", int width = DefaultWidth, bool colour = false)
    {
        ArgumentNullException.ThrowIfNull(summary);
        Summaries(output, width, colour).Print(summary.Start, summary.Top, summary.Matching, ofWhat, howToShowAll);
    }

    /// <summary>Writes a table of connections, with as many columns as fit.</summary>
    /// <param name="output">The writer; stays open.</param>
    /// <param name="start">The time from which starts count.</param>
    /// <param name="counts">The connections and how many they were chosen from.</param>
    /// <param name="ofWhat">How the connections were chosen and sorted, for the heading.</param>
    /// <param name="howToShowAll">A hint how to print all connections, ending with a comma and a blank; empty for none.</param>
    /// <param name="width">The width in columns, limited to 80 to 200.</param>
    /// <param name="colour">Use ANSI colours.</param>
    public static void WriteTop(
        TextWriter output, Timestamp start, TimelineCounts counts, string ofWhat, string howToShowAll = "", int width = DefaultWidth,
        bool colour = false)
    {
        ArgumentNullException.ThrowIfNull(counts);
        Summaries(output, width, colour).Print(start, counts.Top, counts.Matching, ofWhat, howToShowAll);
    }

    /// <summary>Writes a connection as one line of JSON with the columns of <c>connections.csv</c>, to follow the events.</summary>
    /// <param name="output">The stream; stays open.</param>
    /// <param name="connection">The connection.</param>
    public static void WriteJson(Stream output, Connection connection) => SummaryJson.WriteLine(output, connection);

    /// <summary>Writes the findings that report trouble, grouped by their text apart from numbers.</summary>
    /// <param name="output">The writer; stays open.</param>
    /// <param name="findings">The findings.</param>
    /// <param name="max">The maximum number of groups.</param>
    /// <param name="howToListAll">A hint how to list all findings, such as ": --json has them"; empty for none.</param>
    /// <param name="width">The width in columns, limited to 80 to 200.</param>
    /// <param name="colour">Use ANSI colours.</param>
    public static void WriteTrouble(
        TextWriter output, IEnumerable<Finding> findings, int max, string howToListAll = "", int width = DefaultWidth,
        bool colour = false) =>
        Summaries(output, width, colour).Print(findings, max, howToListAll);

    /// <summary>Writes remarks, such as <see cref="CaptureSummary.Remarks"/>, folded to the width.</summary>
    /// <param name="output">The writer; stays open.</param>
    /// <param name="remarks">The remarks.</param>
    /// <param name="width">The width in columns, limited to 80 to 200.</param>
    /// <param name="colour">Use ANSI colours.</param>
    public static void WriteRemarks(TextWriter output, IReadOnlyList<string> remarks, int width = DefaultWidth, bool colour = false) =>
        Summaries(output, width, colour).PrintRemarks(remarks);

    /// <summary>Writes the result of a rule as one line of JSON.</summary>
    /// <param name="output">The stream; stays open.</param>
    /// <param name="result">The result.</param>
    public static void WriteJson(Stream output, ExpectationResult result) => ExpectationJson.Write(output, result);

    /// <summary>Writes the properties of a capture summary, its top connections and findings into an open JSON object.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="findings">The findings to list.</param>
    public static void WriteJson(Utf8JsonWriter json, CaptureSummary summary, IEnumerable<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(summary);
        SummaryJson.Write(json, summary, summary.Top, findings);
    }

    /// <summary>Writes the results of rules as a JUnit XML file for CI systems.</summary>
    /// <param name="path">The file; its folder must exist. A new file appears complete or not at all.</param>
    /// <param name="info">The recording that the rules were checked against.</param>
    /// <param name="results">The results.</param>
    /// <exception cref="TcpCaptureException">The file cannot be written.</exception>
    public static void WriteJUnit(string path, RecordingInfo info, IReadOnlyList<ExpectationResult> results) =>
        JUnitFile.Write(path, info, results);

    private static SummaryPrinter Summaries(TextWriter output, int width, bool colour) =>
        new(output, new LadderOptions { Width = width, Colour = colour });
}
