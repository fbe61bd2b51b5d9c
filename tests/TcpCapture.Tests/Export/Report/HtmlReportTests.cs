using System.Text.RegularExpressions;
using TcpCapture.Export.Report;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export.Report;

public partial class HtmlReportTests
{
    private const int Finding = (int)ReportRowKind.Finding;
    private const int Info = (int)ReportRowKind.Info;
    private const int End = (int)ReportRowKind.End;

    private static readonly Endpoint Client = Endpoint.FromBytes([10, 0, 0, 1], 40000);
    private static readonly Endpoint Server = Endpoint.FromBytes([10, 0, 0, 2], 80);

    public static TheoryData<string> Hostile =>
        ["<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "<!--", "]]>", "\u2028\u2029", "a\"b\\", "\0\u001b[31m", "\ud800", "'&"];

    [Fact]
    public void WithoutDataThePageIsSmall() =>
        Assert.InRange(ReportPage.Beginning.Length + ReportPage.Ending.Length, 10_000, 400_000);

    [Fact]
    public void PageIsSelfContained()
    {
        var page = ReportText.Write(_ => { }).Page;

        Assert.DoesNotMatch(OutsideReference(), page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        Assert.Contains("default-src 'none'; script-src 'sha256-", page, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
    }

    /// <summary>The page uses no function that parses text as markup.</summary>
    [Fact]
    public void ScriptNeverParsesMarkup() =>
        Assert.DoesNotMatch(MarkupFromText(), ReportText.Write(_ => { }).Page);

    [Fact]
    public void RowsKeepTheirOrder()
    {
        var report = ReportText.Write(page =>
        {
            page.OnEvent(ReportText.Call(1, "connect"), default);
            page.OnEvent(new TimelineEvent { Number = 2, Kind = EventKind.Finding, Note = "found" }, default);
        });

        Assert.Equal([Info, (int)ReportRowKind.Call, Finding, End], report.Kinds);
        Assert.Equal((1, 1), (report.Rows[3][1].GetProperty("events").GetInt32(), report.Rows[3][1].GetProperty("findings").GetInt32()));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void UntrustedTextCannotBreakTheData(string text)
    {
        var connection = new Connection(1, new Timestamp(0), Client, Server) { ConnState = ConnState.S0, History = "S", Completeness = 1 };
        connection.Client.Owner = new SocketOwner(new Timestamp(0), Client, Server, 1, 4711, text);
        var report = ReportText.Write(
            page =>
            {
                page.OnEvent(ReportText.Call(1, text, text), default);
                page.OnConnectionEnded(connection);
            },
            new RecordingInfo { Scenario = text, Host = text, Filter = text, StateSourceReason = text },
            end: new RecordingEnd { Reason = text, Notes = [text] },
            cutOff: text);

        Assert.DoesNotContain('<', report.Data);
        var expected = text.Replace('\ud800', '\ufffd');
        Assert.Equal(expected, report.Rows[1][6].GetString());
        Assert.Equal(expected + "()", report.Rows[1][9].GetString());
        Assert.Contains(report.Rows[2].EnumerateArray(), value => value.ValueKind == System.Text.Json.JsonValueKind.String && value.GetString() == expected + "[4711]");
        Assert.Equal(expected, report.Rows[0][1].GetProperty("scenario").GetString());
    }

    [Fact]
    public void EventsBeyondTheLimitAreCountedAndFindingsKept()
    {
        var report = ReportText.Write(
            page =>
            {
                for (var number = 1; number <= 10; number++) page.OnEvent(ReportText.Call(number, "send"), default);
                for (var number = 11; number <= 15; number++) page.OnEvent(new TimelineEvent { Number = number, Kind = EventKind.Finding, Note = "found" }, default);
            },
            maxEvents: 4,
            maxOthers: 3);

        Assert.Equal(4, report.Kinds.Count(kind => kind == (int)ReportRowKind.Call));
        Assert.Equal(3, report.Kinds.Count(kind => kind == Finding));
        var end = report.Rows[^1][1];
        Assert.Equal((10, 5), (end.GetProperty("events").GetInt32(), end.GetProperty("findings").GetInt32()));
    }

    [Fact]
    public void FailedConnectionsAreKeptBeyondTheLimits()
    {
        var report = ReportText.Write(
            page =>
            {
                for (var number = 1; number <= 10; number++)
                {
                    var connection = new Connection(number, new Timestamp(0), Client, Server) { ConnState = ConnState.S0, History = "S" };
                    var cause = number == 8 ? Cause.NoListener : Cause.None;
                    connection.Diagnosis = new ConnectionDiagnosis { Outcome = ConnectionOutcome.Refused, Cause = cause, Summary = "refused" };
                    page.OnEvent(ReportText.Call(number, "connect") with { Connection = connection }, default);
                    page.OnConnectionEnded(connection);
                }
            },
            maxEvents: 4,
            maxOthers: 3);

        Assert.Equal([1, 2, 3, 8], Numbers(ReportRowKind.Connection));
        Assert.Equal([1, 2, 3, 4, 8], Numbers(ReportRowKind.Call));
        Assert.Equal(10, report.Rows[^1][1].GetProperty("events").GetInt32());

        int[] Numbers(ReportRowKind kind) =>
            [.. report.Rows.Where(row => row[0].GetInt32() == (int)kind).Select(row => row[1].GetInt32())];
    }

    /// <summary>A repeated text is written as the number of its first occurrence.</summary>
    [Fact]
    public void RepeatedTextIsWrittenOnce()
    {
        var report = ReportText.Write(page =>
        {
            page.OnEvent(ReportText.Call(1, "recv"), default);
            page.OnEvent(ReportText.Call(2, "recv"), default);
        });

        Assert.Equal("recv()", report.Rows[1][9].GetString());
        Assert.Equal(0, report.Rows[2][9].GetInt32());
    }

    [Fact]
    public void TimesAreExact()
    {
        var start = new Timestamp(1_795_000_000_123_456_789);
        var report = ReportText.Write(
            page => page.OnEvent(new TimelineEvent { Number = 1, Kind = EventKind.State, Time = new Timestamp(start.Nanoseconds + 60_000_000_001), NotBefore = start }, default),
            new RecordingInfo { Start = start });

        Assert.Equal("1795000000123456789", report.Rows[0][1].GetProperty("start").GetString());
        Assert.Equal(60_000_000_001, report.Rows[1][2].GetInt64());
        Assert.Equal(0, report.Rows[1][12].GetInt64());
    }

    [GeneratedRegex(@"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}|@import|url\(|\bsrc=|<link|fetch\(|XMLHttpRequest|WebSocket|import\(|sendBeacon", RegexOptions.IgnoreCase)]
    private static partial Regex OutsideReference();

    [GeneratedRegex(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|srcdoc")]
    private static partial Regex MarkupFromText();
}
