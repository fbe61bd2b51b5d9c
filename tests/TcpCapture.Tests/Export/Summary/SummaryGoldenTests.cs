using System.Text;
using TcpCapture.Export.Ladder;
using TcpCapture.Export.Summary;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Architecture;
using TcpCapture.Tests.Queries.Filters;

namespace TcpCapture.Tests.Export.Summary;

/// <summary>The summary at several widths, compared with accepted files. TCPCAPTURE_ACCEPT=1 accepts a change.</summary>
public sealed class SummaryGoldenTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Export", "Summary");

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(140)]
    [InlineData(200)]
    public void SummaryIsTheAcceptedOne(int width)
    {
        var text = Print(width);
        var golden = Path.Combine(Folder, $"summary-{width}.txt");
        if (Environment.GetEnvironmentVariable("TCPCAPTURE_ACCEPT") == "1") File.WriteAllText(golden, text, new UTF8Encoding(false));
        Assert.Equal(File.ReadAllText(golden), text, ignoreLineEndingDifferences: false);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, width));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(79)]
    [InlineData(1000)]
    public void OtherWidthsAreLimited(int width) => Assert.Equal(Print(Math.Clamp(width, 80, 200)), Print(width));

    [Fact]
    public void ColoursDoNotChangeTheText()
    {
        var inColour = Print(120, colour: true);
        Assert.Contains("\e[31m", inColour);
        Assert.Equal(Print(120), System.Text.RegularExpressions.Regex.Replace(inColour, "\e\\[[0-9]+m", ""));
    }

    [Fact]
    public void ControlCharactersAreReplaced()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var printer = new SummaryPrinter(output, new LadderOptions());
        printer.Print(new CaptureSummary { FileNames = ["a\e[31m.pcap"], Frames = 1, NotTcp = 1 });
        printer.PrintRemarks(["b\e]0;x\a"]);
        Assert.DoesNotContain('\e', output.ToString());
        Assert.DoesNotContain('\a', output.ToString());
    }

    private static string Print(int width, bool colour = false)
    {
        Connection[] connections =
        [
            Connections.Of(3, ConnState.RSTR, clientBytes: 1200, serverBytes: 3_400_000, retransmissions: 2, seconds: 12.3, history: "ShADadtTttttttttttttttttr", closedBy: ClosedBy.Nobody, reset: (Side.Server, Cause.UnreadData)),
            Connections.Of(12, ConnState.REJ, server: "10.0.0.2:81", seconds: 0.000045, handshakeMilliseconds: null, history: "Sr", closedBy: ClosedBy.Nobody, reset: (Side.Server, Cause.NoListener)),
            Connections.Of(104, ConnState.S0, server: "192.168.100.100:8080", retransmissions: 3, seconds: 7.02, handshakeMilliseconds: null, history: "S", closedBy: ClosedBy.Nobody, syns: 4),
            Connections.Of(5, ConnState.RSTO, "[2001:db8:85a3:1234:5678:8a2e:370:7334]:40000", "[2001:db8::2]:443", seconds: 4000, beganEarlier: true, closedBy: ClosedBy.Nobody, reset: (Side.Client, Cause.Unknown)),
            Connections.Of(1, clientBytes: 999, serverBytes: 1000, seconds: 61),
            Connections.Of(2, serverBytes: 12_345_678_901, seconds: 400_000, closedBy: ClosedBy.Both),
            Connections.Of(4, ConnState.S1, history: "ShADad", closedBy: ClosedBy.Nobody, seconds: 0.25),
        ];
        var totals = new ConnectionTotals();
        foreach (var connection in connections) totals.Add(connection);
        var start = new Timestamp(Connections.Start);
        var summary = new CaptureSummary
        {
            FileNames = ["/captures/web.pcap.gz"],
            StoredBytes = 123_456_789,
            Start = start,
            End = new Timestamp(Connections.Start + 4_000_000_000_000),
            Frames = 1_234_567,
            Segments = 1_200_000,
            NotTcp = 34_000,
            Fragments = 12,
            Malformed = 1,
            Undecoded = 554,
            UndecodedLinkTypes = ["IEEE802_11_PRISM (119)", "147"],
            Totals = totals,
            Remarks = ["/captures/web.pcap.gz is cut off within frame 1234568: what is after it could not be read."],
            Findings =
            [
                Trouble(connections[0], "The server reset the connection (frame 977, unread-data; judged by the segments): the application closed with bytes unread."),
                Trouble(connections[1], "The server refused the connection (frame 12, no-listener; judged by the segments): nobody listens on 10.0.0.2:81."),
                Trouble(connections[4], "The server refused the connection (frame 14, no-listener; judged by the segments): nobody listens on 10.0.0.2:82."),
                Trouble(connections[5], "The server refused the connection (frame 16, no-listener; judged by the segments): nobody listens on 10.0.0.2:83."),
                new Finding(connections[6], 0, "The client closed first, then the server."),
            ],
        };
        using var output = new StringWriter { NewLine = "\n" };
        var printer = new SummaryPrinter(output, new LadderOptions { Width = width, Colour = colour });
        printer.Print(summary);
        printer.Print(start, connections, 1207, "those in trouble first", "--top 1207 shows all, ");
        printer.Print(summary.Findings, 8);
        printer.PrintRemarks(summary.Remarks);
        return output.ToString();
    }

    private static Finding Trouble(Connection connection, string text) => new(connection, 7, text) { IsTrouble = true };
}
