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
    /// <summary>Draws a ladder: lifelines with segments as arrows, states and calls beside them, findings below.</summary>
    /// <param name="output">The writer; stays open. Its exceptions pass through.</param>
    /// <param name="info">The recording, for the header.</param>
    /// <param name="options">Width and colour; null for 100 columns without colour.</param>
    public static ITimelineSink Ladder(TextWriter output, RecordingInfo info, LadderOptions? options = null) =>
        new LadderPrinter(output, info, options ?? new LadderOptions());

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
    /// <param name="options">The width; findings have no colour. Null for 100 columns.</param>
    public static void WriteFindings(TextWriter output, IEnumerable<Finding> findings, LadderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var printer = new FindingPrinter(LadderPage.Of(output, options ?? new LadderOptions()));
        foreach (var finding in findings) printer.Print(finding);
    }

    /// <summary>Writes the result of a rule as one line of JSON.</summary>
    /// <param name="output">The stream; stays open.</param>
    /// <param name="result">The result.</param>
    public static void WriteJson(Stream output, ExpectationResult result) => ExpectationJson.Write(output, result);

    /// <summary>Writes the properties of a capture summary, its connections and findings into an open JSON object.</summary>
    /// <param name="json">The writer, inside an object.</param>
    /// <param name="summary">The summary.</param>
    /// <param name="shown">The connections to list.</param>
    /// <param name="findings">The findings to list.</param>
    public static void WriteJson(
        Utf8JsonWriter json, CaptureSummary summary, IReadOnlyList<Connection> shown, IEnumerable<Finding> findings) =>
        SummaryJson.Write(json, summary, shown, findings);

    /// <summary>Writes the results of rules as a JUnit XML file for CI systems.</summary>
    /// <param name="path">The file; its folder must exist. A new file appears complete or not at all.</param>
    /// <param name="info">The recording that the rules were checked against.</param>
    /// <param name="results">The results.</param>
    /// <exception cref="TcpCaptureException">The file cannot be written.</exception>
    public static void WriteJUnit(string path, RecordingInfo info, IReadOnlyList<ExpectationResult> results) =>
        JUnitFile.Write(path, info, results);
}
