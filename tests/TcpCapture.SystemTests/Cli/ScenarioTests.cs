using System.Globalization;
using TcpCapture.Live.Scenarios;

namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// Runs each scenario with the built command over IPv4 and IPv6, and compares the complete timeline with the readable text
/// in Expected/. A difference is a change of behaviour, of this program or of the kernel.
/// </summary>
[Collection(CommandCollection.Name)]
public sealed class ScenarioTests
{
    private const string TimelineHeader =
        "event,time,elapsed,kind,connection,frame,from,to,side,flags,seq,ack,length,window,client_state,server_state,old_state,"
        + "new_state,evidence,not_before,not_after,call,result,caused_by,note";

    private const string ConnectionsHeader =
        "connection,client,server,start,duration,conn_state,history,completeness,handshake_ms,syn_retransmits,client_segments,"
        + "server_segments,client_bytes,server_bytes,retransmissions,closed_by,client_final_state,server_final_state,outcome,"
        + "cause,confidence,also_possible,evidence,reset_by,reset_reason,process_client,process_server,note";

    private const string SynRetransmitsHeader = "connection,attempt,time,interval,expected,deviation_pct,schedule";

    /// <summary>If set, the texts are written instead of compared; review the changes with git diff.</summary>
    private static readonly bool Accept = Environment.GetEnvironmentVariable("TCPCAPTURE_ACCEPT") == "1";

    private static readonly string Expected = Path.Combine(AppContext.BaseDirectory, "Cli", "Expected");

    public static TheoryData<string, string> Runs()
    {
        var runs = new TheoryData<string, string>();
        foreach (var scenario in ScenarioCatalog.All)
        {
            runs.Add(scenario.Name, "127.0.0.1");
            runs.Add(scenario.Name, "::1");
        }

        return runs;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void ItsTimelineIsTheExpectedOne(string scenario, string address)
    {
        using var folder = new TestFolder();
        string[] duration = scenario == "unreachable" ? ["--duration", "2500ms"] : [];
        var run = Command.Run(["run", scenario, "--address", address, "--port", Ports.Next(), "--messages", "2", "--backlog", "1",
            "--output", folder.Output, .. duration]).Succeeded();

        Assert.Equal(["capture.pcap", "connections.csv", "report.html", "syn-retransmits.csv", "timeline.csv", "timeline.pcapng"], folder.OutputNames);
        var text = ReadableTimeline.Of(folder.Output);
        // The link holds segments for an arbitrary time, so the delay of an ACK is random.
        if (scenario == "simultaneous-close") text = text.Replace(" (delayed ACK, #)", "", StringComparison.Ordinal);
        if (Accept) File.WriteAllText(Path.Combine(Sources(), scenario + ".txt"), text);
        else Assert.Equal(File.ReadAllText(Path.Combine(Expected, scenario + ".txt")), text);
        Assert.Equal(TimelineHeader, CsvFile.Header(folder.In("timeline.csv")));
        Assert.Equal(ConnectionsHeader, CsvFile.Header(folder.In("connections.csv")));
        Assert.Equal(SynRetransmitsHeader, CsvFile.Header(folder.In("syn-retransmits.csv")));
        var timeline = CsvFile.Read(folder.In("timeline.csv"));
        Assert.All(timeline, (row, index) => IsWellFormed(row, index + 1));

        // States follow their causes, even if loopback's timestamps are a few microseconds in the opposite order.
        var seen = timeline.Where(row => row["kind"] != "state").ToArray();
        Assert.Equal(seen.OrderBy(row => Seconds(row["time"])).Select(row => row["event"]), seen.Select(row => row["event"]));
        SegmentsOracle.Agrees(folder.In("capture.pcap"), timeline);
        PacketListOracle.Agrees(folder, timeline);
        AgreesWithTheSyns(folder, timeline);
        Assert.All(run.OutputLines, line => Assert.InRange(line.StartsWith("Files in ", StringComparison.Ordinal) ? 0 : line.Length, 0, 100));
        Assert.DoesNotContain('\e', run.Output);
    }

    [Fact]
    public void EveryScenarioHasATextAndIsListed()
    {
        var names = ScenarioCatalog.All.Select(scenario => scenario.Name).ToArray();
        Assert.Equal(names.Order(), Directory.GetFiles(Expected, "*.txt").Select(Path.GetFileNameWithoutExtension).Order());
        Assert.Equal(names, Command.Run("run", "--list").Succeeded().OutputLines.Select(line => line.Split(' ')[0]));
    }

    private static string Sources([System.Runtime.CompilerServices.CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "Expected");

    private static void IsWellFormed(IReadOnlyDictionary<string, string> row, int number)
    {
        Assert.Equal(number.ToString(CultureInfo.InvariantCulture), row["event"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$", row["time"]);
        Assert.Matches(@"^\d+\.\d{9}$", row["elapsed"]);
        if (row["caused_by"].Length > 0) Assert.InRange(int.Parse(row["caused_by"], CultureInfo.InvariantCulture), 1, number - 1);
        Assert.Equal(row["kind"] == "state", row["evidence"].Length > 0);
        if (row["kind"] == "state")
        {
            Assert.Contains(row["evidence"], (string[])["traced", "sampled", "inferred"]);
            Assert.NotEqual(row["old_state"], row["new_state"]);
        }

        var time = Seconds(row["time"]);
        if (row["not_before"].Length > 0) Assert.InRange(Seconds(row["not_before"]), 0, time);
        if (row["not_after"].Length > 0) Assert.InRange(Seconds(row["not_after"]), time, decimal.MaxValue);
        if (row["evidence"] == "sampled") Assert.True(row["not_before"].Length > 0 && row["not_after"].Length > 0, $"event {number}: sampled without its bounds");
    }

    /// <summary>Each SYN of a client in the timeline has a row in syn-retransmits.csv, with the time since the previous one.</summary>
    private static void AgreesWithTheSyns(TestFolder folder, IReadOnlyList<IReadOnlyDictionary<string, string>> timeline)
    {
        var syns = timeline.Where(row => row["flags"] == "S" && row["side"] == "client").GroupBy(row => row["connection"]).OrderBy(group => int.Parse(group.Key, CultureInfo.InvariantCulture))
            .SelectMany(group => group.Select((row, index) => (
                group.Key, $"{index + 1}", row["time"],
                index == 0 ? "" : (Seconds(row["time"]) - Seconds(group.ElementAt(index - 1)["time"])).ToString("F9", CultureInfo.InvariantCulture))));
        Assert.Equal(syns, CsvFile.Read(folder.In("syn-retransmits.csv")).Select(row => (row["connection"], row["attempt"], row["time"], row["interval"])));
    }

    /// <summary>Seconds since 2000 with nanoseconds, which a <see cref="DateTime"/> cannot represent.</summary>
    private static decimal Seconds(string time)
    {
        var toSecond = DateTime.ParseExact(time[..19], "s", CultureInfo.InvariantCulture);
        return (toSecond - new DateTime(2000, 1, 1)).Ticks / 10_000_000m + decimal.Parse("0" + time[19..29], CultureInfo.InvariantCulture);
    }
}
