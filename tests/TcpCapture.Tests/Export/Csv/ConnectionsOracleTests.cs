using System.Globalization;
using TcpCapture.Tests.Architecture;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.Export.Csv;

/// <summary>
/// Compares each column of connections.csv with tshark's reading of capture.pcap, or with timeline.csv if segments do not show it.
/// </summary>
public sealed class ConnectionsOracleTests
{
    private static readonly string Root = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings");

    /// <summary>Without half-open: when a port is reused, tshark counts late segments of the old connection for the new stream.</summary>
    public static TheoryData<string> OnPortsUsedOnce =>
        [.. GoldenTests.Names.Select(row => row.Data).Where(name => !name.StartsWith("half-open", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(OnPortsUsedOnce))]
    public async Task SegmentColumnsAgreeWithTshark(string name)
    {
        using var outputs = Outputs.Of(Recording.Open(Path.Combine(Root, name)));
        var streams = await TsharkStream.Read(Path.Combine(outputs.Folder, "capture.pcap"));
        var rows = Rows(outputs.Text("connections.csv")).OrderBy(row => int.Parse(row["connection"], CultureInfo.InvariantCulture)).ToArray();

        Assert.Equal(streams.Count, rows.Length);
        foreach (var (row, stream) in rows.Zip(streams))
        {
            Assert.Equal(stream.Client, row["client"]);
            Assert.Equal(stream.Server, row["server"]);
            Assert.Equal(stream.Segments(true), row["client_segments"]);
            Assert.Equal(stream.Segments(false), row["server_segments"]);
            Assert.Equal(stream.Bytes(true), row["client_bytes"]);
            Assert.Equal(stream.Bytes(false), row["server_bytes"]);
            Assert.Equal(stream.SynRetransmissions, row["syn_retransmits"]);
            Assert.Equal(stream.Retransmissions, row["retransmissions"]);
            Assert.Equal(stream.Completeness, row["completeness"]);

            // An ACK dropped by a full accept queue does not complete the handshake.
            Assert.Equal(row["cause"] == "backlog-overflow" ? "" : stream.HandshakeMilliseconds, row["handshake_ms"]);
            Assert.Equal(stream.ClosedBy, row["closed_by"]);
            Assert.Equal(stream.ResetBy, row["reset_by"]);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenTests.Names), MemberType = typeof(GoldenTests))]
    public void TimesAndFinalStatesAgreeWithTheTimeline(string name)
    {
        var timeline = Rows(File.ReadAllText(Path.Combine(Root, name, "timeline.csv")));
        foreach (var row in Rows(File.ReadAllText(Path.Combine(Root, name, "connections.csv"))))
        {
            var own = timeline.Where(e => e["connection"] == row["connection"] && e["kind"] != "finding").ToArray();
            var first = own.MinBy(e => e["time"], StringComparer.Ordinal)!;
            var last = own.Where(e => e["kind"] == "segment").Max(Elapsed);
            Assert.Equal(first["time"], row["start"]);

            // A connection ends with its last segment or a timer of its sockets; a later call is not part of it.
            var timer = own.Where(e => e["kind"] == "state" && e["caused_by"].Length == 0).Select(Elapsed).Append(last).Max();
            Assert.InRange(decimal.Parse(row["duration"], CultureInfo.InvariantCulture), last - Elapsed(first), Math.Max(last, timer) - Elapsed(first));
            Assert.Equal(Final(own, "client"), row["client_final_state"]);
            Assert.Equal(Final(own, "server"), row["server_final_state"]);
            Assert.Equal(row["cause"] != "none", row["confidence"].Length > 0);
            if (row["outcome"] is "reset" or "refused") Assert.NotEqual("", row["reset_by"]);
        }
    }

    private static string Final(IEnumerable<Dictionary<string, string>> own, string side) =>
        own.LastOrDefault(e => e["kind"] == "state" && e["side"] == side)?["new_state"] ?? "";

    private static decimal Elapsed(Dictionary<string, string> e) => decimal.Parse(e["elapsed"], CultureInfo.InvariantCulture);

    private static List<Dictionary<string, string>> Rows(string text)
    {
        var rows = CsvRows.Parse(text);
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(field => field.First, field => field.Second))];
    }
}
