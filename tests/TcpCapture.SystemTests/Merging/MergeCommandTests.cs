using System.Text.Json;
using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Merging;

/// <summary>The command that merges two folders into one, and its outputs about both hosts.</summary>
[Collection(TwoHostsCollection.Name)]
public sealed class MergeCommandTests(TwoRecordings recordings)
{
    private const string FileNotice = "\nFiles in ";

    [Fact]
    public void TheTimelineHasBothVantagePoints()
    {
        recordings.Merge(recordings.Client, recordings.Server, "both");
        var timeline = CsvFile.Read(In("both", "timeline.csv"));

        string[] calls = [.. timeline.Where(row => row["kind"] == "call").Select(row => $"{row["side"]} {row["call"].Split('(')[0]}").Distinct()];
        Assert.Superset(
            new HashSet<string> { "client connect", "client send", "client recv", "client close", "server accept", "server recv", "server send", "server close" },
            calls.ToHashSet());
        var states = timeline.Where(row => row["kind"] == "state" && row["connection"] == "1").ToArray();
        Assert.Equal(
            ["LISTEN→SYN_RECV", "SYN_RECV→ESTABLISHED", "ESTABLISHED→FIN_WAIT_1", "FIN_WAIT_1→FIN_WAIT_2", "FIN_WAIT_2→TIME_WAIT"],
            Changes(states, "server"));
        Assert.Equal(
            ["CLOSED→SYN_SENT", "SYN_SENT→ESTABLISHED", "ESTABLISHED→CLOSE_WAIT", "CLOSE_WAIT→LAST_ACK", "LAST_ACK→CLOSED"],
            Changes(states, "client"));
        Assert.All(states, row => Assert.NotEqual("traced", row["side"] == "client" ? row["evidence"] : ""));
        Assert.Contains(states, row => row["side"] == "server" && row["evidence"] == "traced");

        var data = timeline.Where(row => row["kind"] == "segment" && row["side"] == "client" && row["length"] != "0").ToArray();
        Assert.Contains(data, row => row["note"] == "never arrived");
        Assert.Contains(data, row => row["note"].Contains("retransmission of event ", StringComparison.Ordinal));
        Assert.All(timeline.Where(row => row["kind"] == "segment"), row => Assert.Matches(@"(arrived after 0\.\d{9} s ± 0\.\d{9} s as frame \d+|never arrived)$", row["note"]));
        Assert.Single(CsvFile.Read(In("both", "connections.csv")));
    }

    [Fact]
    public void ShowPrintsWhatMergePrinted()
    {
        var merged = recordings.Merge(recordings.Server, recordings.Client, "shown");

        var (ladder, outcome) = ShowTests.AtLastBlankLine(merged.Output);
        Assert.Contains(FileNotice, outcome);
        Assert.Equal(ladder, Command.Run("show", In("shown"), "--no-pager").Succeeded().Output);
        Assert.Contains("first host: ", ladder);
        Assert.Contains("second host: ", ladder);
        Assert.Contains("never arrived", ladder);
        var rows = CsvFile.Read(In("shown", "timeline.csv"));
        var lines = Command.Run("show", In("shown"), "--json").Succeeded().OutputLines.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("event", out _)).ToArray();
        Assert.Equal(
            rows.Select(row => $"{row["event"]} {row["time"]} {row["kind"]} {row["flags"]} {row["note"]}"),
            lines.Select(line => $"{Text(line, "event")} {Text(line, "time")} {Text(line, "kind")} {Text(line, "flags")} {Text(line, "note")}"));
    }

    [Fact]
    public void WiresharkShowsWhenEachSegmentArrived()
    {
        recordings.Merge(recordings.Client, recordings.Server, "shark");

        SegmentsOracle.Agrees(In("shark", "capture.pcap"), CsvFile.Read(In("shark", "timeline.csv")));
        var rows = CsvFile.Read(In("shark", "timeline.csv")).Where(row => row["kind"] == "segment").ToArray();
        var comments = SegmentsOracle.ReadWith(["-Y", "tcp"], In("shark", "timeline.pcapng"), "frame.comment", "frame.interface_name");
        Assert.Equal(rows.Length, comments.Length);
        Assert.All(rows.Zip(comments), pair => Assert.Contains(pair.First["note"].Replace(",", @"\,", StringComparison.Ordinal), pair.Second));
        Assert.Contains(comments, line => line.EndsWith("(first host)", StringComparison.Ordinal));
        Assert.Contains(comments, line => line.EndsWith("(second host)", StringComparison.Ordinal));
    }

    [Fact]
    public void UnrelatedRecordingsAreRefusedInOneLine()
    {
        using var folder = new TestFolder();
        Command.Run("run", "client-close", "--messages", "0", "--states", "sampled", "--port", Ports.Next(), "--output", folder.Output).Succeeded();
        var truncated = folder.Path + "/truncated.pcapng";
        var hostile = folder.Path + "/hostile.pcapng";
        var bytes = File.ReadAllBytes(recordings.Server + "/timeline.pcapng");
        File.WriteAllBytes(truncated, bytes[..100]);
        bytes.AsSpan(bytes.Length / 2 / 4 * 4, 4096).Fill(0xFF);
        File.WriteAllBytes(hostile, bytes);

        Refused(recordings.Client, recordings.Client, "are the same recording");
        Refused(recordings.Client, folder.Output, "share no connection");
        Refused(recordings.Client, truncated, "truncated.pcapng");
        Refused(hostile, recordings.Client, "hostile.pcapng", "damaged");
        Refused(recordings.Client, folder.Path + "/none", "none");
        Command.Run("merge", recordings.Client, recordings.Server, "--output", recordings.Server, "--force").Refused("holds one of the two recordings");
        Assert.Equal(1, Command.Run("merge", recordings.Client).ExitCode);
    }

    private void Refused(string first, string second, params string[] parts)
    {
        var output = recordings.In("refused");
        Command.Run("merge", first, second, "--output", output).Refused(parts);
        Assert.False(Directory.Exists(output));
    }

    private string In(string folder, string name = "") => Path.Combine(recordings.In(folder), name);

    private static string[] Changes(IEnumerable<IReadOnlyDictionary<string, string>> states, string side) =>
        [.. states.Where(row => row["side"] == side).Select(row => $"{row["old_state"]}→{row["new_state"]}")];

    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.ToString() : "";
}
