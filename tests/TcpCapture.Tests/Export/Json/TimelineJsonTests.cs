using System.Text;
using System.Text.Json;
using TcpCapture.Export.Json;
using TcpCapture.Model;
using TcpCapture.Tests.Architecture;
using TcpCapture.Tests.Export.Csv;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.Export.Json;

public sealed class TimelineJsonTests
{
    private static readonly string[] Numbers = ["event", "elapsed", "connection", "frame", "seq", "ack", "length", "window", "caused_by"];

    [Theory]
    [MemberData(nameof(GoldenTests.Names), MemberType = typeof(GoldenTests))]
    public void EveryLineHasTheValuesOfItsCsvRow(string name)
    {
        var folder = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", name);
        var recording = Recording.Open(folder);
        using var stream = new MemoryStream();
        Timeline.Correlate(recording, new TimelineJson(stream, recording.Info.Start));
        var lines = Encoding.UTF8.GetString(stream.ToArray()).Split('\n');
        var rows = CsvRows.Parse(File.ReadAllText(Path.Combine(folder, "timeline.csv")));

        Assert.Equal("", lines[^1]);
        Assert.Equal(rows.Count - 1, lines.Length - 1);
        foreach (var (row, line) in rows.Skip(1).Zip(lines))
        {
            using var document = JsonDocument.Parse(line);
            Assert.Equal(rows[0].Zip(row).Where(field => field.Second.Length > 0), document.RootElement.EnumerateObject().Select(Field));
        }
    }

    [Fact]
    public void ResultIsANumberOrTheNameOfAnErrno()
    {
        var call = new SocketCall
        {
            Id = 1,
            Socket = 1,
            Side = Side.Client,
            Name = "recv",
            Begin = new Timestamp(-500_000_000),
            End = new Timestamp(1),
            Result = -1,
        };

        var failed = Line(Call(call with { Error = "ECONNRESET" }));
        var returned = Line(Call(call));

        Assert.Contains("\"elapsed\":-0.500000000,", failed);
        Assert.Contains("\"result\":\"ECONNRESET\"", failed);
        Assert.Contains("\"result\":-1", returned);
    }

    /// <summary>Untrusted text is preserved for programs, but control characters are escaped.</summary>
    [Theory]
    [InlineData("=cmd()")]
    [InlineData("-1")]
    [InlineData("a\"b\\c\nd\te")]
    [InlineData("\u001b]0;owned\u0007\u009b31m\u2028")]
    [InlineData("the server's → ±")]
    public void UntrustedTextIsPreserved(string text)
    {
        var line = Line(new TimelineEvent { Number = 1, Kind = EventKind.Finding, Note = text });

        using var document = JsonDocument.Parse(line);
        Assert.Equal(text, document.RootElement.GetProperty("note").GetString());
        Assert.DoesNotContain(line.TrimEnd('\n'), char.IsControl);
        Assert.Equal(1, line.Count(character => character == '\n'));
    }

    private static TimelineEvent Call(SocketCall call) =>
        new() { Number = 1, Kind = EventKind.Call, Time = call.Begin, Side = Side.Client, Call = call };

    private static string Line(TimelineEvent timelineEvent)
    {
        using var stream = new MemoryStream();
        new TimelineJson(stream, new Timestamp(0)).OnEvent(timelineEvent, default);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The name and the value as in the CSV file; a number by its digits.</summary>
    private static (string Name, string Value) Field(JsonProperty property)
    {
        var isNumber = property.Value.ValueKind == JsonValueKind.Number;
        if (property.Name != "result") Assert.Equal(Numbers.Contains(property.Name), isNumber);
        return (property.Name, isNumber ? property.Value.GetRawText() : property.Value.GetString()!);
    }
}
