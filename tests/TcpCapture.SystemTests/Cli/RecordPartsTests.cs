namespace TcpCapture.SystemTests.Cli;

/// <summary>A long recording in parts: together they hold the segments that tcpdump sees, and each is a complete recording.</summary>
[Collection(CommandCollection.Name)]
public sealed class RecordPartsTests : IDisposable
{
    private static readonly string[] Fields = ["tcp.srcport", "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "tcp.flags"];

    private readonly TestFolder _folder = new();
    private readonly string _port = Ports.Next();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--rotate-time", "1s")]
    [InlineData("--rotate-size", "100kB")]
    public void PartsLoseNothingAndRepeatNothing(string option, string value)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tcpdump"), "needs tcpdump, the oracle");
        var oracle = Path.Combine(_folder.Path, "tcpdump.pcap");
        using var pair = new EstablishedPair(_port);
        using var tcpdump = Command.StartProgram(["tcpdump", "-i", "lo", "-U", "--immediate-mode", "-B", "16384", "-Z", "root", "-w", oracle, "tcp", "port", _port]);
        tcpdump.WaitUntil(() =>
        {
            pair.Exchange();
            return File.Exists(oracle) && new FileInfo(oracle).Length > 24;
        }, "tcpdump captures");
        using var command = Command.Start("record", "--port", _port, option, value, "--output", _folder.Output);
        command.WaitUntil(() =>
        {
            pair.Exchange(50);
            return Directory.Exists(_folder.In("0003"));
        }, "the third part has begun");
        command.Signal("INT");
        command.Wait().Succeeded();
        tcpdump.Signal("INT");
        tcpdump.Wait();

        var parts = _folder.OutputNames;
        Assert.Equal(["0001", "0002", "0003"], parts[..3]);
        var recorded = parts.SelectMany(part => SegmentsOracle.Read(Path.Combine(_folder.In(part), "capture.pcap"), Fields)).ToArray();
        var all = SegmentsOracle.Read(oracle, Fields);
        var begin = Array.IndexOf(all, recorded[0]);
        Assert.InRange(begin, 0, all.Length);
        Assert.Equal(all.Skip(begin).Take(recorded.Length), recorded);
        Assert.Equal(recorded.Length, recorded.Distinct().Count());
        Assert.All(parts, part => IsWhole(_folder.In(part), isLast: part == parts[^1]));
    }

    [Fact]
    public void OnlyTheLatestPartsAreKept()
    {
        using var pair = new EstablishedPair(_port);
        using var command = Command.Start("record", "--port", _port, "--rotate-time", "1s", "--rotate-keep", "1", "--output", _folder.Output);
        command.WaitUntil(
            () => Directory.Exists(_folder.In("0003")) && !Directory.Exists(_folder.In("0001")), "the first part is deleted while the third is recorded");
        command.Signal("INT");
        Assert.Contains(" deleted)", command.Wait().Succeeded().Output);
        Assert.Single(_folder.OutputNames);
    }

    private static void IsWhole(string part, bool isLast)
    {
        var timeline = CsvFile.Read(Path.Combine(part, "timeline.csv"));
        SegmentsOracle.Agrees(Path.Combine(part, "capture.pcap"), timeline);
        var connection = Assert.Single(CsvFile.Read(Path.Combine(part, "connections.csv")));
        Assert.Equal("began before the recording" + (isLast ? "" : "; continues in the next part"), connection["note"]);
        Assert.Equal(("ESTABLISHED", "ESTABLISHED"), (connection["client_final_state"], connection["server_final_state"]));
        Assert.Equal($"{timeline.Count(row => row["kind"] == "segment")}",
            $"{SegmentsOracle.Read(Path.Combine(part, "timeline.pcapng"), "tcp.srcport").Count(line => line.Length > 0)}");
        var shown = Command.Run("show", "--no-pager", part).Succeeded().Output;
        Assert.Equal(!isLast, shown.Contains("• The recording continues in part ", StringComparison.Ordinal));
        Assert.DoesNotContain("too late to be put in order", shown);
    }
}
