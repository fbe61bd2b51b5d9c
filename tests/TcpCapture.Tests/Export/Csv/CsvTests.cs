using System.Text;
using TcpCapture.Export.Csv;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export.Csv;

public class CsvTests
{
    private static readonly Endpoint Client = Endpoint.FromBytes([10, 0, 0, 1], 40000);
    private static readonly Endpoint Server = Endpoint.FromBytes([10, 0, 0, 2], 80);

    public static TheoryData<string> Hostile =>
        ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "<script>alert(1)</script>", "a\"b", "a,b", "a\nb", "a\r\nb", "\u001b[31m", "'"];

    /// <summary>No field begins with a character that starts a formula.</summary>
    [Theory]
    [MemberData(nameof(Hostile))]
    public void ProcessNameIsNotAFormula(string name)
    {
        var connection = new Connection(1, new Timestamp(0), Client, Server) { ConnState = ConnState.S0, History = "S", Completeness = 1 };
        connection.Client.Owner = new SocketOwner(new Timestamp(0), Client, Server, 1, 4711, name);
        var text = Write(stream =>
        {
            var csv = new ConnectionsCsv(stream);
            csv.OnConnectionEnded(connection);
            csv.OnCompleted(default);
        });

        var rows = CsvRows.Parse(text);
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(28, row.Length));
        var field = rows[1][25];
        Assert.DoesNotContain(field[0], "=+-@\t\r\n");
        Assert.EndsWith(Bare($"{name}[4711]"), Bare(field));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void ArgumentsAndNotesAreNotFormulas(string text)
    {
        var row = Row(new TimelineEvent
        {
            Number = 1,
            Kind = EventKind.Call,
            Side = Side.Client,
            Note = text,
            Call = new SocketCall { Id = 1, Socket = 1, Side = Side.Client, Name = text, Begin = new Timestamp(0) },
        });

        Assert.DoesNotContain(row[21][0], "=+-@\t\r\n");
        Assert.DoesNotContain(row[24][0], "=+-@\t\r\n");
        Assert.EndsWith(Bare(text + "()"), Bare(row[21]));
    }

    /// <summary>A spreadsheet that separates cells by semicolons ignores quotes within a line.</summary>
    [Theory]
    [InlineData("a;=cmd()")]
    [InlineData("a; \"=cmd()")]
    [InlineData("a\n@x")]
    [InlineData("a\t+1")]
    [InlineData("a;\uFF1Dcmd()")]
    [InlineData("\uFF1Dcmd()")]
    [InlineData("=a;-b;+c")]
    public void TextAfterAnotherSeparatorIsNotAFormula(string text)
    {
        var csv = Write(stream =>
        {
            using var timeline = new TimelineCsv(stream, new Timestamp(0));
            timeline.OnEvent(new TimelineEvent { Number = 1, Kind = EventKind.Finding, Note = text }, default);
        });

        var cells = csv[(csv.IndexOf('\n') + 1)..].Split([',', ';', '\t', '\n']);
        Assert.All(cells, cell => Assert.DoesNotContain((cell + " ").TrimStart(' ', '"').FirstOrDefault(), "=+-@\uFF1D"));
        Assert.Equal(text, Bare(CsvRows.Parse(csv)[1][24]));
    }

    [Fact]
    public void HarmlessTextIsUnchanged()
    {
        var row = Row(new TimelineEvent { Number = 1, Kind = EventKind.Finding, Note = "1 = 1; a-b, x@y; the limit is 5" });

        Assert.Equal("1 = 1; a-b, x@y; the limit is 5", row[24]);
    }

    /// <summary>Scripts read results as numbers.</summary>
    [Fact]
    public void NegativeNumbersStayNumbers()
    {
        var row = Row(new TimelineEvent
        {
            Number = 1,
            Kind = EventKind.Call,
            Side = Side.Client,
            Time = new Timestamp(-500_000_000),
            Call = new SocketCall
            {
                Id = 1,
                Socket = 1,
                Side = Side.Client,
                Name = "recv",
                Begin = new Timestamp(0),
                End = new Timestamp(1),
                Result = -1,
            },
        });

        Assert.Equal("-0.500000000", row[2]);
        Assert.Equal("-1", row[22]);
    }

    [Fact]
    public void DeviationOfASynCanBeNegative()
    {
        var text = Write(stream =>
        {
            var csv = new SynRetransmitsCsv(stream);
            csv.OnSyn(new SynAttempt(2, 2, new Timestamp(0), 5, 0.5, 1, "linux-6.5|bsd"));
            csv.OnCompleted(default);
        });

        Assert.Equal(["2", "2", "1970-01-01T00:00:00.000000000Z", "0.500000000", "1.000", "-50.00", "linux-6.5|bsd"], CsvRows.Parse(text)[1]);
    }

    [Fact]
    public void UndecodedFrameHasARowWithTheReason()
    {
        var row = Row(new TimelineEvent { Number = 7, Kind = EventKind.Segment, Frame = 3, Note = "malformed" });

        Assert.Equal(("7", "segment", "3", "malformed"), (row[0], row[3], row[5], row[24]));
        Assert.All(row[6..24], field => Assert.Equal("", field));
    }

    [Fact]
    public void HeaderIsWrittenWithoutEvents() => Assert.Equal(
        "event,time,elapsed,kind,connection,frame,from,to,side,flags,seq,ack,length,window,client_state,server_state,old_state,"
        + "new_state,evidence,not_before,not_after,call,result,caused_by,note\n",
        Write(stream => new TimelineCsv(stream, default).Dispose()));

    /// <summary>The text without the apostrophes that disable formulas.</summary>
    private static string Bare(string text) => text.Replace("'", "");

    private static string[] Row(TimelineEvent timelineEvent)
    {
        var rows = CsvRows.Parse(Write(stream =>
        {
            using var csv = new TimelineCsv(stream, new Timestamp(0));
            csv.OnEvent(timelineEvent, default);
        }));
        Assert.Equal(2, rows.Count);
        Assert.Equal(25, rows[1].Length);
        return rows[1];
    }

    private static string Write(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
