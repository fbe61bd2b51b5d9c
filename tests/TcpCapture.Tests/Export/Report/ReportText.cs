using System.Text.Json;
using TcpCapture.Export.Report;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export.Report;

/// <summary>A report as text, and the rows of its data.</summary>
internal sealed class ReportText
{
    private const string Opening = "<script type=\"application/json\" id=\"timeline\">";

    private ReportText(string page)
    {
        Page = page;
        var start = page.IndexOf(Opening, StringComparison.Ordinal) + Opening.Length;
        Data = page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)];
        Rows = [.. JsonDocument.Parse(Data).RootElement.EnumerateArray()];
    }

    public string Page { get; }

    public string Data { get; }

    public JsonElement[] Rows { get; }

    public int[] Kinds => [.. Rows.Select(row => row[0].GetInt32())];

    public static ReportText Of(string path) => new(File.ReadAllText(path));

    public static ReportText Write(Action<HtmlReport> write, RecordingInfo? info = null, int maxEvents = HtmlReport.MaxEvents, int maxOthers = HtmlReport.MaxOthers, RecordingEnd? end = null, string? cutOff = null)
    {
        using var stream = new MemoryStream();
        var report = new HtmlReport(stream, info ?? new RecordingInfo(), maxEvents, maxOthers);
        write(report);
        report.OnCompleted(new TimelineEnd(end, cutOff, 0));
        return new ReportText(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    public static TimelineEvent Call(long number, string name, string? note = null) => new()
    {
        Number = number,
        Kind = EventKind.Call,
        Side = Side.Client,
        Note = note,
        Call = new SocketCall { Id = number, Socket = 1, Side = Side.Client, Name = name, Begin = new Timestamp(0) },
    };
}
