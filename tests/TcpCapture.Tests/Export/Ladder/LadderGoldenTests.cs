using System.Text;
using TcpCapture.Export.Ladder;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Export.Ladder;

/// <summary>
/// Ladders at narrow and wide widths, compared with accepted files; <c>GoldenTests</c> compares <c>ladder.txt</c> at 100 columns.
/// Recordings/README.md explains how to accept a change.
/// </summary>
public sealed class LadderGoldenTests
{
    private static readonly string Root = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings");

    [Theory]
    [InlineData("both-close-traced", 80)]
    [InlineData("both-close-traced", 160)]
    [InlineData("backlog-full", 80)]
    [InlineData("half-open-traced", 80)]
    [InlineData("half-open-traced", 160)]
    [InlineData("killed-unread-traced", 80)]
    [InlineData("simultaneous-close-traced", 80)]
    public void LadderIsTheAcceptedOne(string name, int width)
    {
        var recording = Recording.Open(Path.Combine(Root, name));
        using var output = new StringWriter { NewLine = "\n" };
        var ladder = new LadderPrinter(output, recording.Info, new LadderOptions { Width = width });
        Timeline.Correlate(recording, ladder);

        var golden = Path.Combine(Root, name, $"ladder-{width}.txt");
        if (Environment.GetEnvironmentVariable("TCPCAPTURE_ACCEPT") == "1") File.WriteAllText(golden, output.ToString(), new UTF8Encoding(false));
        Assert.Equal(File.ReadAllText(golden), output.ToString(), ignoreLineEndingDifferences: false);
    }
}
