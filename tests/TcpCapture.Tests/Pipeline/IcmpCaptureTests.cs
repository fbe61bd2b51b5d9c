using TcpCapture.Export.Ladder;
using TcpCapture.Export.Summary;
using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Tests.Architecture;
using TcpCapture.Tests.CaptureFiles;
using TcpCapture.Tests.Decoding;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.Pipeline;

/// <summary>ICMP errors in capture files: joined by every number of threads, counted, and shown in every output.</summary>
public sealed class IcmpCaptureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-icmp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void EveryRejectedSynHasItsError(int workers)
    {
        var connections = new List<Connection>();
        using var analysis = CaptureAnalysis.Open(Recorded("icmp-port-unreachable.pcap"), workers);
        var summary = analysis.Run(connections.Add);
        Assert.Equal((4L, 2L, 0L, 2L, 0L), (summary.Frames, summary.Segments, summary.NotTcp, summary.IcmpErrors, summary.UnmatchedIcmpErrors));
        Assert.Equal(2, connections.Count);
        Assert.All(connections, connection =>
        {
            var report = Assert.Single(connection.Icmp!.Kept);
            Assert.Equal("port unreachable (ICMP 3/3) True Client", $"{report.Error} {report.IsInFlight} {report.Side}");
            Assert.Equal(connection.Client.FirstSyn.Event, report.QuotedEvent);
        });
        Assert.DoesNotContain(summary.Findings, finding => finding.Text.Contains("ICMP", StringComparison.Ordinal) && finding.Connection is null);
    }

    [Fact]
    public void EveryOutputShowsTheError()
    {
        const string note = "fragmentation needed, MTU 1400 (ICMP 3/4) from 10.0.0.1, quotes event 401";
        var ladder = new StringWriter();
        var json = new MemoryStream();
        using (var analysis = CaptureAnalysis.Open([Recorded("mtu-icmp.pcap")]))
        {
            analysis.Run(
                OutputFolder.Create(_folder, force: false), ConnectionChoice.All, null,
                [new LadderPrinter(ladder, analysis.Info, new LadderOptions()), new TcpCapture.Export.Json.TimelineJson(json, analysis.Info.Start)]);
        }

        var row = Assert.Single(File.ReadLines(Path.Combine(_folder, "timeline.csv")), line => line.Contains(",icmp,", StringComparison.Ordinal));
        Assert.StartsWith("601,2023-11-14T22:13:20.032000000Z,0.032000000,icmp,1,6,10.0.0.1,10.0.0.5:40001,client,", row);
        Assert.EndsWith($",401,\"{note}\"", row);
        Assert.Contains(note, string.Join(' ', ladder.ToString().Split((char[])[' ', '\n', '│'], StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains("ICMP ──", ladder.ToString());
        var line = System.Text.Encoding.UTF8.GetString(json.ToArray()).Split('\n').Single(text => text.Contains("\"icmp\"", StringComparison.Ordinal));
        Assert.Contains("\"from\":\"10.0.0.1\",\"to\":\"10.0.0.5:40001\",\"side\":\"client\",\"caused_by\":401", line);
        Assert.Contains($"fragmentation needed, MTU 1400 (ICMP 3/4)", File.ReadAllText(Path.Combine(_folder, "report.html")));
        Assert.Contains($"ICMP error: {note}", System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(_folder, Recording.FileName))));
    }

    [Fact]
    public void TheTimelineLoadsAgainWithItsErrors()
    {
        using (var analysis = CaptureAnalysis.Open([Recorded("mtu-icmp.pcap")]))
            analysis.Run(OutputFolder.Create(_folder, force: false), ConnectionChoice.All);
        AssertHasTheError(Recording.Open(_folder));
    }

    [Fact]
    public void ARecordingKeepsItsErrors()
    {
        var path = Path.Combine(_folder, Recording.FileName);
        using (var writer = RecordingWriter.Create(path, Generated.Info with { LinkType = 1, Start = new Timestamp(1_700_000_000_000_000_000) }))
        {
            FrameLog.ReadAll(Recorded("mtu-icmp.pcap"), writer);
            writer.Complete(new RecordingEnd { Time = new Timestamp(1_700_000_001_000_000_000), Frames = 14 });
        }

        var recording = Recording.Open(path);
        AssertHasTheError(recording);
        using var outputs = Outputs.Of(recording);
        Assert.Equal(14, PcapFrames(outputs.Bytes("capture.pcap")));
        RoundTrip.AssertSame(recording, outputs);
    }

    private static void AssertHasTheError(Recording recording)
    {
        var timeline = Timeline.Load(recording);
        var report = Assert.Single(Assert.Single(timeline.Connections).Icmp!.Kept);
        Assert.Equal((1400, 6L, true), (report.Error.Mtu, report.Frame, report.IsInFlight));
        var row = timeline.Events.Single(e => e.Kind == EventKind.Icmp);
        Assert.Equal((report.Event, report.QuotedEvent), (row.Number, row.CausedBy));
        Assert.DoesNotContain(timeline.Events, e => e.Note?.Contains("not be decoded", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void ErrorsOfUnknownConnectionsAreCounted()
    {
        byte[] Error(byte[] quote) => FrameBuilder.Ethernet(FrameBuilder.IPv4(IcmpDecoderTests.Icmp(3, 3, quote), 1));
        var quoted = FrameBuilder.IPv4(FrameBuilder.Tcp());
        var made = new MadeCapture().Add(Error(quoted)).Open(9).Add(Error(quoted[..22])).Add(Error(FrameBuilder.IPv4(FrameBuilder.Udp([1], 53), 17))).Close(9);
        foreach (var workers in (int[])[1, 4])
        {
            var connections = new List<Connection>();
            using var analysis = CaptureAnalysis.Open(made.Save(Path.Combine(_folder, $"made{workers}.pcap")), workers);
            var summary = analysis.Run(connections.Add);
            Assert.Equal((6L, 1L, 2L, 2L), (summary.Segments, summary.NotTcp, summary.IcmpErrors, summary.UnmatchedIcmpErrors));
            Assert.Null(Assert.Single(connections).Icmp);
            Assert.Contains(summary.Findings, finding => finding.Text == "2 ICMP errors quote no connection of this capture.");
            var text = new StringWriter();
            new SummaryPrinter(text, new LadderOptions { Width = 200 }).Print(summary);
            Assert.Contains("2 ICMP errors about no connection of this capture", text.ToString());
            Assert.DoesNotContain("about these connections", text.ToString());
        }
    }

    [Fact]
    public void WrongChecksumsDoNotHideAnError()
    {
        var connections = new List<Connection>();
        using var analysis = CaptureAnalysis.Open([Recorded("icmp-port-unreachable.pcap")], verifiesChecksums: true);
        Assert.Equal(2, analysis.Run(connections.Add).IcmpErrors);
        Assert.All(connections, connection => Assert.Equal(1, connection.Icmp?.Count));
    }

    private static int PcapFrames(byte[] pcap)
    {
        var count = 0;
        for (var at = 24; at < pcap.Length; at += 16 + BitConverter.ToInt32(pcap, at + 8)) count++;
        return count;
    }

    private static string Recorded(string name) => Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", "icmp", name);
}
