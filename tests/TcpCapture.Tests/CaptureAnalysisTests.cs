using TcpCapture.Model;
using TcpCapture.Tests.Decoding;
using TcpCapture.Tests.Decoding.Link;

namespace TcpCapture.Tests;

/// <summary>Captures made by others: every connection has its row, those chosen their timeline, which loads again.</summary>
public sealed class CaptureAnalysisTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-analysis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EveryConnectionHasItsRowAndNoTimelineIsWrittenUnlessAsked()
    {
        var summary = Analyze(ConnectionChoice.None, Three().Save(In("three.pcap")));
        Assert.Equal(3, summary.Totals.Connections);
        Assert.Equal(["REJ 1", "S0 1", "SF 1"], summary.Totals.ConnStates.Select(state => $"{state.Key} {state.Value}").Order());
        Assert.Equal(0, summary.Chosen);
        Assert.Equal(["connections.csv", "marks.csv", "round-trips.csv", "syn-retransmits.csv"], Written());
        Assert.Equal(4, File.ReadLines(Out("connections.csv")).Count());
        Assert.Equal(7, File.ReadLines(Out("syn-retransmits.csv")).Count());
    }

    [Fact]
    public async Task ConnectionsCanBeReadOneByOne()
    {
        var path = Many(3000).Save(In("many.pcap")); // more than are buffered
        var expected = new List<int>();
        using (var analysis = CaptureAnalysis.Open([path])) analysis.Run(connection => expected.Add(connection.Number));
        var read = new List<int>();
        using (var analysis = CaptureAnalysis.Open([path]))
        {
            await foreach (var connection in analysis.ReadConnectionsAsync()) read.Add(connection.Number);
        }

        Assert.Equal(3000, expected.Count);
        Assert.Equal(expected, read);
    }

    [Fact]
    public async Task ReadingConnectionsMayStopEarlyOrBeCancelled()
    {
        var path = Many(3000).Save(In("many.pcap"));
        using (var analysis = CaptureAnalysis.Open([path]))
        {
            await foreach (var connection in analysis.ReadConnectionsAsync())
            {
                Assert.True(connection.Number > 0);
                break; // the analysis ends too: Dispose below would otherwise close files in use
            }
        }

        using var cancelled = new CancellationTokenSource();
        using var other = CaptureAnalysis.Open([path]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in other.ReadConnectionsAsync(cancelled.Token)) await cancelled.CancelAsync();
        });
    }

    [Fact]
    public async Task ASecondReadingIsRefused()
    {
        using var analysis = CaptureAnalysis.Open([Three().Save(In("three.pcap"))]);
        analysis.Run();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var _ in analysis.ReadConnectionsAsync()) Assert.Fail("It has run already.");
        });
    }

    /// <summary>The short way of segments nobody asked for, and the threads behind it, say what the long way says.</summary>
    [Fact]
    public void WhatIsSaidOfConnectionsDoesNotDependOnWhetherTheirSegmentsAreTold()
    {
        var made = new MadeCapture();
        for (ushort port = 1; port <= 900; port++)
        {
            made.Open(port).Send(port, Side.Client, "P.", 10).Send(port, Side.Client, "P.", 10, again: port % 3 == 0).Send(port, Side.Server, ".");
            made.Send(port, Side.Server, "P.", 20).Send(port, Side.Client, ".");
            if (port % 5 == 0) made.Send(port, Side.Server, "R.");
            else if (port % 7 != 0) made.Close(port);
        }

        var path = made.Save(In("many.pcap")); // more than one batch of frames, so that all threads take part
        Assert.Equal(900, Analyze(ConnectionChoice.None, path).Totals.Connections);
        string[] names = ["connections.csv", "marks.csv", "round-trips.csv", "syn-retransmits.csv"];
        var untold = names.Select(name => File.ReadAllText(Out(name))).ToArray();
        Directory.Delete(Out(""), recursive: true);
        Analyze(ConnectionChoice.All, path);
        Assert.Equal(names.Select(name => File.ReadAllText(Out(name))), untold);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheTimelineOfAChosenConnectionLoadsAgainAndGivesTheSameEvents(int number)
    {
        var path = Three().Save(In("three.pcap"));
        var seen = new Rows();
        using (var analysis = CaptureAnalysis.Open([path]))
        {
            var summary = analysis.Run(OutputFolder.Create(Out(""), force: false), ConnectionChoice.Of([number]), null, [seen]);
            Assert.Equal(1, summary.Chosen);
            Assert.Equal(3, summary.Totals.Connections);
        }

        Assert.Equal(["connections.csv", "marks.csv", "report.html", "round-trips.csv", "syn-retransmits.csv", "timeline.csv", "timeline.pcapng"], Written());
        var again = new Rows();
        var recording = Recording.Open(Out(""));
        Assert.Equal([path], recording.Info.Captures);
        Timeline.Correlate(recording, again);
        Assert.NotEmpty(again.Texts);
        Assert.Equal(seen.Texts, again.Texts);
    }

    [Fact]
    public void FramesOfSeveralLinkTypesStandInOneTimelineAndLoadAgain()
    {
        var ethernet = new MadeCapture().Open(1).Send(1, Side.Client, "P.", 10).Close(1).Save(In("a.pcap"));
        var cooked = new MadeCapture(linkType: 113, second: 1_795_413_663).Open(2).Send(2, Side.Server, "P.", 20).Close(2).Save(In("b.pcap"));
        var seen = new Rows();
        using (var analysis = CaptureAnalysis.Open([ethernet, cooked]))
        {
            Assert.Equal(2, analysis.Run(OutputFolder.Create(Out(""), force: false), ConnectionChoice.All, null, [seen]).Chosen);
        }

        var again = new Rows();
        Timeline.Correlate(Recording.Open(Out("")), again);
        Assert.Equal(14, again.Texts.Count(text => text.StartsWith("Segment", StringComparison.Ordinal)));
        Assert.Equal(seen.Texts, again.Texts);
    }

    [Fact]
    public void WhatIsKnownAtTheEndChoosesInASecondPassWithTheSameNumbers()
    {
        var path = Three().Save(In("three.pcap"));
        var filter = ConnectionFilter.Parse("conn_state = S0 or conn_state = REJ");
        ConnectionChoice chosen;
        using (var first = CaptureAnalysis.Open([path])) chosen = first.Find(filter.Matches);
        Assert.Equal(2, chosen.Count);
        Assert.False(chosen.Includes(1));

        var ended = new List<Connection>();
        using var second = CaptureAnalysis.Open([path]);
        second.Run(OutputFolder.Create(Out(""), force: false), chosen, connection =>
        {
            if (chosen.Includes(connection.Number)) ended.Add(connection);
        });
        Assert.Equal(["REJ", "S0"], ended.Select(connection => connection.ConnState.ToText()).Order());
        Assert.Equal(2, Timeline.Load(Recording.Open(Out(""))).Connections.Count);
    }

    [Fact]
    public void ConnectionsThatAreNotThereHaveNoTimeline()
    {
        var chosen = ConnectionChoice.Of([4, 9, 2]);
        Assert.Equal([4, 9], chosen.Beyond(3));
        Assert.Equal(0, Analyze(ConnectionChoice.Of([4]), Three().Save(In("three.pcap"))).Chosen);
        Assert.Equal(["connections.csv", "marks.csv", "round-trips.csv", "syn-retransmits.csv"], Written());
    }

    [Fact]
    public void WhoAsksForTheWholeTimelineHasItBesideThatOfTheChosen()
    {
        var (all, chosen) = (new Rows(), new Rows());
        using var analysis = CaptureAnalysis.Open([Three().Save(In("three.pcap"))]);
        analysis.Run(OutputFolder.Create(Out(""), force: false), ConnectionChoice.Of([1]), null, [chosen], [all]);
        Assert.Equal(13, all.Texts.Count(text => text.StartsWith("Segment", StringComparison.Ordinal)));
        Assert.Equal(7, chosen.Texts.Count(text => text.StartsWith("Segment", StringComparison.Ordinal)));
    }

    [Fact]
    public void AStopEndsTheReadingAndNotTheAnalysis()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var analysis = CaptureAnalysis.Open([Three().Save(In("three.pcap"))], stop: stop.Token);
        var summary = analysis.Run(OutputFolder.Create(Out(""), force: false), ConnectionChoice.None);
        Assert.True(summary.IsInterrupted);
        Assert.Equal(0, summary.Frames);
        Assert.Equal(["connections.csv", "marks.csv", "round-trips.csv", "syn-retransmits.csv"], Written());
        Assert.Contains(summary.Findings, finding => finding.Text == "The analysis ended early: interrupted.");
    }

    [Fact]
    public void WhatCouldNotBeReadIsARemarkAndAFinding()
    {
        var whole = Three().Add(FrameBuilder.Ethernet(FrameBuilder.IPv4(FrameBuilder.Tcp(dataOffset: 4)))).Add(FrameBuilder.Ethernet([], 0x0806)).ToArray();
        File.WriteAllBytes(In("cut.pcap"), whole[..^3]);
        var summary = Analyze(ConnectionChoice.None, In("cut.pcap"), new MadeCapture(linkType: 147).Add([1, 2, 3]).Save(In("user.pcap")));
        Assert.Equal((1, 1, 3), (summary.Malformed, summary.Undecoded, summary.Remarks.Count));
        Assert.Contains("USER0 (147)", summary.UndecodedLinkTypes);
        Assert.Contains("1 frame not decoded", string.Join('\n', summary.Remarks));
        Assert.Contains("cut.pcap", summary.Remarks[0]);
        Assert.All(summary.Remarks, remark => Assert.Contains(summary.Findings, finding => finding.Text == remark));
    }

    [Fact]
    public void FramesOfSeveralAreCountedAndNotTakenApart()
    {
        var header = WirelessFrames.Header(0x0288, 26);
        header[24] = 0x80; // an A-MSDU
        var summary = Analyze(ConnectionChoice.None, new MadeCapture(linkType: 105).Add([.. header, .. new byte[14], 0xAA, 0xAA, 3, 0, 0, 0, 8, 0, .. FrameBuilder.IPv4(FrameBuilder.Tcp())]).Save(In("air.pcap")));
        Assert.Equal((1, 0), (summary.Aggregates, summary.Segments));
        Assert.Contains("A-MSDU", Assert.Single(summary.Remarks));
    }

    [Fact]
    public void ACapturesWordsAreNotThoseOfARecording()
    {
        var summary = Analyze(ConnectionChoice.All, new MadeCapture().Send(1, Side.Client, "P.", 5).Send(1, Side.Server, "R.").Save(In("late.pcap")));
        Assert.Equal(1, summary.Totals.BeganEarlier);
        var said = string.Join('\n', summary.Findings.Select(finding => finding.Text));
        Assert.Contains("began before the capture", said);
        Assert.DoesNotContain("recording", said);
        Assert.DoesNotContain("calls", said);
        Assert.DoesNotContain("recording", File.ReadAllText(Out("connections.csv")));
        Assert.DoesNotContain("recording", File.ReadAllText(Out("timeline.csv")));
    }

    /// <summary>One that closes, one that is refused, one that is not answered.</summary>
    private static MadeCapture Many(int connections)
    {
        var made = new MadeCapture();
        for (ushort port = 1; port <= connections; port++) made.Open(port).Close(port);
        return made;
    }

    private static MadeCapture Three() => new MadeCapture()
        .Open(1).Send(1, Side.Client, "P.", 10).Close(1)
        .Send(2, Side.Client, "S").Send(2, Side.Server, "R.")
        .Send(3, Side.Client, "S").Wait(1000).Send(3, Side.Client, "S", again: true)
        .Wait(2000).Send(3, Side.Client, "S", again: true).Wait(4000).Send(3, Side.Client, "S", again: true);

    private CaptureSummary Analyze(ConnectionChoice chosen, params string[] paths)
    {
        using var analysis = CaptureAnalysis.Open(paths);
        return analysis.Run(OutputFolder.Create(Out(""), force: false), chosen);
    }

    private string In(string name) => Path.Combine(_folder, name);

    private string Out(string name) => Path.Combine(_folder, "out", name);

    private string[] Written() => [.. Directory.GetFiles(Out("")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Events as text, without numbers that may differ: of events, connections and frames.</summary>
    private sealed class Rows : ITimelineSink
    {
        public List<string> Texts { get; } = [];

        public void OnEvent(in TimelineEvent e, in Frame frame)
        {
            if (e.Kind == EventKind.Finding) return;
            var segment = e.IsReadable ? $"{e.Segment.Source} {e.Segment.Destination} {e.Segment.Flags} {e.Segment.Seq} {e.Segment.Ack} {e.Segment.Length} {frame.LinkType} {frame.Bytes.Length}" : "";
            Texts.Add($"{e.Kind} {e.Time} {e.Side} {segment} {e.ClientState} {e.ServerState} {e.OldState} {e.NewState} {e.Evidence} {e.Note}");
        }
    }
}
