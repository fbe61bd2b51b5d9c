using System.Globalization;
using Row = System.Collections.Generic.IReadOnlyDictionary<string, string>;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Compares tshark's and tcpdump's reading of timeline.pcapng with the rows of timeline.csv.</summary>
internal static class PacketListOracle
{
    private const char Between = '\u001f';

    private static readonly string[] Fields =
    [
        "frame.number", "frame.time_epoch", "frame.packet_id", "frame.comment", "systemd_journal.message",
        "systemd_journal.field.name", "systemd_journal.field.value",
    ];

    /// <summary>Checks that tshark's rows equal the events in order, time and text, and that tcpdump reads every segment.</summary>
    public static void Agrees(TestFolder folder, IReadOnlyList<Row> timeline)
    {
        var recording = folder.In("timeline.pcapng");
        var rows = SegmentsOracle.ReadWith(["-E", $"aggregator={Between}"], recording, Fields);
        Assert.Equal(timeline.Count, rows.Length);
        foreach (var (line, e) in rows.Zip(timeline)) Agrees(line.Split('\t'), e, timeline);

        Assert.SkipUnless(File.Exists("/usr/bin/tcpdump"), "needs tcpdump, the oracle");
        var fromCapture = Command.RunProgram(["tcpdump", "-nn", "-tt", "--nano", "-r", folder.In("capture.pcap")]);
        var fromRecording = Command.RunProgram(["tcpdump", "-nn", "-tt", "--nano", "-r", recording]);
        Assert.True(fromCapture.ExitCode == 0 && fromRecording.ExitCode == 0, $"{fromCapture}\n{fromRecording}");
        Assert.Equal(fromCapture.Output, fromRecording.Output);
        Assert.Equal(timeline.Count(e => e["kind"] == "segment"), fromRecording.OutputLines.Length);
    }

    private static void Agrees(string[] row, Row e, IReadOnlyList<Row> timeline)
    {
        Assert.Equal(e["event"], row[0]);
        Assert.Equal(e["frame"], row[2]);
        if (e["kind"] == "segment")
        {
            Assert.Equal(Time(e["time"]), row[1]);
            var (said, expected) = (row[3].Split(Between)[0], Comment(e, timeline));
            Assert.StartsWith(expected, said);
            Assert.Equal(expected, said);
            return;
        }

        Assert.Equal(Time(e["time"])[..^3] + "000", row[1]); // journal times have microseconds
        Assert.Equal(Message(e, timeline), row[4]);
        var fields = row[5].Split(Between).Zip(row[6].Split(Between)).ToLookup(pair => pair.First, pair => pair.Second);
        Assert.Equal([e["event"]], fields["TCP_EVENT"]);
        Assert.Equal([e["kind"]], fields["TCP_KIND"]);
        Assert.Equal([e["time"]], fields["TCP_TIME"]); // this field has nanoseconds
        foreach (var (name, column) in ((string, string)[])[
            ("TCP_CONNECTION", "connection"), ("TCP_SIDE", "side"), ("TCP_OLD_STATE", "old_state"), ("TCP_NEW_STATE", "new_state"),
            ("TCP_EVIDENCE", "evidence"), ("TCP_NOT_BEFORE", "not_before"), ("TCP_NOT_AFTER", "not_after"), ("TCP_CALL", "call"),
            ("TCP_RESULT", "result"), ("TCP_CAUSED_BY", "caused_by"), ("TCP_LOCAL", "from"), ("TCP_REMOTE", "to"), ("TCP_NOTE", "note"),
        ]) Assert.Equal(e[column], string.Concat(fields[name]));
    }

    private static string Message(Row e, IReadOnlyList<Row> timeline)
    {
        if (e["kind"] == "finding") return e["note"];
        if (e["kind"] == "call") return $"{e["side"]} {e["call"]} {(e["result"].Length > 0 ? "= " + e["result"] : "…")}";
        var evidence = e["evidence"] == "traced" ? "" : e["evidence"];
        var cause = CauseOf(e, timeline) switch
        {
            null => "",
            { } by when by["kind"] == "segment" => $"{Spelled(by)}frame {by["frame"]}",
            { } by => $"{by["call"].Split('(')[0]}, event {by["event"]}",
        };
        if (cause.Length == 0 && evidence.Length == 0) evidence = "traced";
        return $"{e["side"]} {e["old_state"]} → {e["new_state"]} ({cause}{(cause.Length > 0 && evidence.Length > 0 ? "; " : "")}{evidence})";
    }

    private static string Comment(Row e, IReadOnlyList<Row> timeline)
    {
        if (e["flags"].Length == 0) return e["note"];
        var text = $"client {State(e["client_state"])}, server {State(e["server_state"])}";
        if (CauseOf(e, timeline) is { } by)
        {
            var isRepeated = e["note"].Contains("retransmission", StringComparison.Ordinal) && by["side"] == e["side"];
            text += by["kind"] == "call" ? $"; caused by {by["side"]}'s {by["call"].Split('(')[0]} (event {by["event"]})"
                : $"; {(by["side"] != e["side"] ? "answers" : isRepeated ? "repeats" : "caused by")} frame {by["frame"]} (event {by["event"]})";
        }

        return text + (e["note"].Length > 0 ? "; " + e["note"] : "");
    }

    private static Row? CauseOf(Row e, IReadOnlyList<Row> timeline) =>
        e["caused_by"].Length == 0 ? null : timeline[int.Parse(e["caused_by"], CultureInfo.InvariantCulture) - 1];

    private static string State(string state) => state.Length > 0 ? state : "unknown";

    private static string Spelled(Row segment)
    {
        var names = new List<string>();
        foreach (var (letter, name) in ((char, string)[])[('F', "FIN"), ('S', "SYN"), ('R', "RST"), ('.', "ACK")])
            if (segment["flags"].Contains(letter, StringComparison.Ordinal)) names.Add(name);
        var (flags, length) = (string.Join('-', names), segment["length"]);
        if (length == "0") return flags + ", ";
        return (flags == "ACK" ? "" : flags + ", ") + $"{length} {(length == "1" ? "byte" : "bytes")}, ";
    }

    /// <summary>Seconds since 1970 as tshark prints them.</summary>
    private static string Time(string time)
    {
        var toSecond = DateTimeOffset.ParseExact(time[..19] + "Z", "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);
        return $"{toSecond.ToUnixTimeSeconds()}.{time[20..29]}";
    }
}
