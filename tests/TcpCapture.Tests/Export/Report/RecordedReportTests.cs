using System.Text.Json;
using TcpCapture.Export.Report;
using TcpCapture.Tests.Export.Csv;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.Export.Report;

/// <summary>The reports of the recorded scenarios agree with their timeline.csv.</summary>
public class RecordedReportTests
{
    public static TheoryData<string> Names => GoldenTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryRowOfTheTimelineIsInTheReport(string name)
    {
        using var outputs = Outputs.Of(Recording.Open(GoldenTests.FolderOf(name)));
        var report = ReportText.Of(Path.Combine(outputs.Folder, "report.html"));
        var rows = CsvRows.Parse(outputs.Text("timeline.csv")).Skip(1).ToArray();
        var events = report.Rows.Where(row => row[0].GetInt32() is <= (int)ReportRowKind.Finding or (int)ReportRowKind.Icmp).ToArray();

        Assert.Equal(rows.Select(row => row[0]), events.Select(row => Text(row[1])));
        Assert.Equal(rows.Select(row => row[4].Length > 0 ? row[4] : "0"), events.Select(row => Text(row[3])));
        Assert.Equal(rows.Select(row => row[23].Length > 0 ? row[23] : "0"), events.Select(row => Text(row[5])));
        Assert.Equal(rows.Select(row => row[24]), events.Select(row => row[6].GetString() ?? ""));
        Assert.Equal(CsvRows.Parse(outputs.Text("connections.csv")).Count - 1, report.Kinds.Count(kind => kind == (int)ReportRowKind.Connection));
        Assert.Equal(CsvRows.Parse(outputs.Text("syn-retransmits.csv")).Count - 1, report.Kinds.Count(kind => kind == (int)ReportRowKind.Syn));
    }

    private static string Text(JsonElement value) => value.GetRawText();
}
