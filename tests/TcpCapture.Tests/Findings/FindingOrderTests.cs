using TcpCapture.Model;

namespace TcpCapture.Tests.Findings;

/// <summary>Failures first, grouped, and one line for what went well.</summary>
public class FindingOrderTests
{
    [Theory]
    [InlineData(300)]
    [InlineData(20_000)]
    public void OneResetAmongManyIsTheFirstFindingAndTheRestIsOneLine(int count)
    {
        var texts = Texts(Closed(count, reset: count * 3 / 4));
        Assert.Equal(2, texts.Length);
        Assert.StartsWith("The server aborted the connection", texts[0]);
        Assert.Equal($"{count - 1:N0} connections closed normally.", texts[1]);
    }

    /// <summary>The first lines of the summary say it too.</summary>
    [Theory]
    [InlineData(300)]
    [InlineData(20_000)]
    public void OneResetAmongManyIsOnTheFirstScreen(int count)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var summary = Analyse(Closed(count, reset: count * 3 / 4), ConnectionChoice.None);
        TimelineOutput.WriteSummary(output, summary, 100);
        TimelineOutput.WriteTrouble(output, summary.Findings, 8, "", 100);
        TimelineOutput.WriteTop(output, summary, "", "", 100);
        var screen = string.Join('\n', output.ToString().Split('\n').Take(24));
        Assert.Contains("failed        1 connection: 1\u00a0abort".Replace('\u00a0', ' '), screen.Replace('\u00a0', ' '));
        Assert.Contains("reset by server: likely abort", screen);
        Assert.Contains($"{count - 1:N0} connections closed normally", screen);
    }

    [Fact]
    public void ManyAlikeAreOneFindingWithTheirNumbers()
    {
        var capture = new MadeCapture();
        for (ushort port = 40_000; port < 40_012; port++) capture.Send(port, Side.Client, "S").Send(port, Side.Server, "R.");
        capture.Open(50_000).Close(50_000);
        var texts = Texts(capture);
        Assert.Equal(2, texts.Length);
        Assert.StartsWith("12 connections to 10.0.0.2:2222 refused (", texts[0]);
        Assert.Contains("): connections 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 …. The first: An RST (frame 2) refused the SYN", texts[0]);
        Assert.Equal("1 connection closed normally.", texts[1]);
    }

    [Fact]
    public void OfFewConnectionsTheCourseIsDescribed()
    {
        var texts = Texts(Closed(3, reset: 3));
        Assert.Contains("The client closed first, then the server.", texts);
        Assert.DoesNotContain(texts, text => text.Contains("closed normally", StringComparison.Ordinal));
    }

    [Fact]
    public void OfAChosenConnectionTheCourseIsDescribed()
    {
        var findings = Analyse(Closed(10, reset: 4), ConnectionChoice.Of([7])).Findings;
        Assert.Equal(7, Assert.Single(findings, f => f.Text == "The client closed first, then the server.").Connection!.Number);
        Assert.Single(findings, f => f.Text == "9 connections closed normally.");
    }

    [Fact]
    public void AFailureIsReportedOnceAndNotItsConsequences()
    {
        var capture = new MadeCapture().Send(40_000, Side.Client, "S").Wait(1000).Send(40_000, Side.Client, "S", again: true);
        for (ushort port = 40_001; port < 40_010; port++) capture.Open(port).Close(port);
        Assert.Equal(2, Texts(capture).Length);
    }

    private static MadeCapture Closed(int count, int reset)
    {
        var capture = new MadeCapture();
        for (var i = 1; i <= count; i++)
        {
            var port = (ushort)(20_000 + i);
            capture.Open(port).Send(port, Side.Client, "P.", 10).Send(port, Side.Server, ".");
            if (i == reset) capture.Send(port, Side.Server, "R.");
            else capture.Close(port);
        }

        return capture;
    }

    private static string[] Texts(MadeCapture capture) => [.. Analyse(capture, ConnectionChoice.None).Findings.Select(finding => finding.Text)];

    private static CaptureSummary Analyse(MadeCapture capture, ConnectionChoice chosen)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = capture.Save(Path.Combine(folder.FullName, "made.pcap"));
            using var analysis = CaptureAnalysis.Open([file]);
            analysis.MaxTop = 20;
            return analysis.Run(OutputFolder.Create(Path.Combine(folder.FullName, "out"), force: false), chosen);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
