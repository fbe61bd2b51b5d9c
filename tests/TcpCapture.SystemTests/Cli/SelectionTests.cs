using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TcpCapture.SystemTests.Cli;

/// <summary>A part of a recording can be shown, also as JSON.</summary>
[Collection(CommandCollection.Name)]
public sealed partial class SelectionTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public SelectionTests() => Command.Run("run", "listener-close", "--port", Ports.Next(), "--output", _folder.Output).Succeeded();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1", "--connection", "1")]
    [InlineData("2", "-c", "2")]
    [InlineData("1 2", "-c", "1,2")]
    [InlineData("1 2", "-c", "2", "-c", "1")]
    public void OnlySelectedConnectionsAreShownAndTheOthersAreCounted(string connections, params string[] options)
    {
        var rows = CsvFile.Read(_folder.In("timeline.csv"));
        var expected = rows.Where(row => row["kind"] != "finding" && connections.Split(' ').Contains(row["connection"])).ToArray();

        var ladder = Command.Run(["show", _folder.Output, .. options]).Succeeded().Output;
        var lines = Command.Run(["show", _folder.Output, "--json", .. options]).Succeeded().OutputLines;

        Assert.Equal(
            expected.Select(row => row["event"]),
            lines.Select(line => JsonDocument.Parse(line).RootElement).Where(e => e.GetProperty("kind").GetString() is not ("finding" or "connection"))
                .Select(e => e.GetProperty("event").GetInt64().ToString(CultureInfo.InvariantCulture)));
        Assert.Subset(expected.Select(row => row["event"]).ToHashSet(), Numbers(ladder));
        var others = rows.Count(row => row["kind"] != "finding" && row["connection"].Length > 0) - expected.Length;
        var none = rows.Count(row => row["kind"] != "finding" && row["connection"].Length == 0);
        Assert.EndsWith(
            others > 0 ? $"\nNot shown: {others} events of 1 other connection, {none} of none.\n" : $"\nNot shown: {none} events of no connection.\n", ladder);
    }

    [Fact]
    public void ATimeCopiedFromALadderOrACsvFileSelectsItsEvent()
    {
        var rows = CsvFile.Read(_folder.In("timeline.csv"));
        var segment = rows.First(row => row["flags"] == "S.");
        var copied = decimal.Parse(segment["elapsed"], CultureInfo.InvariantCulture).ToString("F6", CultureInfo.InvariantCulture);
        foreach (var time in new[] { copied, segment["time"] })
        {
            var ladder = Command.Run("show", _folder.Output, "--from", time, "--to", time).Succeeded().Output;
            Assert.Contains(segment["event"], Numbers(ladder));
            Assert.InRange(Numbers(ladder).Count, 1, 4);
            Assert.Matches(@"\nNot shown: \d+ events at other times\.\n$", ladder);
        }
    }

    [Fact]
    public void JsonIsTheTimelineRowByRow()
    {
        var rows = CsvFile.Read(_folder.In("timeline.csv"));
        var lines = Command.Run("show", _folder.Output, "--json").Succeeded().OutputLines;

        Assert.Equal(
            rows.Select(row => row.Where(field => field.Value.Length > 0).ToDictionary()),
            lines.Take(rows.Count()).Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().ToDictionary(
                field => field.Name, field => field.Value.ValueKind == JsonValueKind.Number ? field.Value.GetRawText() : field.Value.GetString()!)));

        var connections = lines.Skip(rows.Count()).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.All(connections, connection => Assert.Equal("connection", connection.GetProperty("kind").GetString()));
        Assert.Equal(
            CsvFile.Read(_folder.In("connections.csv")).Select(row => (row["connection"], row["outcome"], row["cause"])).Order(),
            connections.Select(c => (c.GetProperty("connection").GetRawText(), c.GetProperty("outcome").GetString()!, c.GetProperty("cause").GetString()!)).Order());
    }

    [Fact]
    public void AMissingConnectionOrTimeIsReportedAndNothingIsPrinted()
    {
        Assert.Empty(Command.Run("show", _folder.Output, "-c", "3").Refused("no connection 3", "it has 2").Output);
        Assert.Empty(Command.Run("show", _folder.Output, "-c", "3", "--json").Refused("no connection 3").Output);
        Assert.Empty(Command.Run("show", _folder.Output, "--from", "900").Refused("There is no event", "--from").Output);
        Assert.Empty(Command.Run("show", _folder.Output, "-c", "1", "--to", "0").Refused("on connection 1").Output);
        Assert.Empty(Command.Run("show", _folder.Output, "--to", "2001-01-01T00:00:00Z").Refused("There is no event").Output);
    }

    [Theory]
    [InlineData("--connection takes numbers", "-c", "0")]
    [InlineData("--connection takes numbers", "-c", "1,")]
    [InlineData("--connection takes numbers", "-c", "99999999999")]
    [InlineData("--from takes seconds", "--from", "yesterday")]
    [InlineData("--to takes seconds", "--to", "2026-11-23T06:01:02+01:00")]
    [InlineData("--to takes seconds", "--to=-1")]
    [InlineData("--from is later than --to", "--from", "2", "--to", "1")]
    public void AnInvalidOptionIsWrongUsage(string said, params string[] options)
    {
        var run = Command.Run(["show", _folder.Output, .. options]);

        Assert.True(run.ExitCode == 1 && run.Error.Contains(said, StringComparison.Ordinal), run.ToString());
    }

    private static HashSet<string> Numbers(string ladder) =>
        [.. ladder.Split('\n').Select(line => Number().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^ *(\d+) +\d+\.\d{6} ")]
    private static partial Regex Number();
}
