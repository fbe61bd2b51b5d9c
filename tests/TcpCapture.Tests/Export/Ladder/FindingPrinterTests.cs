using TcpCapture.Export.Ladder;

namespace TcpCapture.Tests.Export.Ladder;

public class FindingPrinterTests
{
    [Fact]
    public void FindingIsIndentedWhereItIsFolded() => Assert.Equal(
        [
            "• event 7: One word after another until there is no room left for any more of them on the",
            "  line that was begun.",
        ],
        Print(new Finding(null, 7, "One word after another until there is no room left for any more of them on the line that was begun.")));

    [Fact]
    public void FindingAboutTheRecordingNamesNoEvent() => Assert.Equal(["• Something."], Print(new Finding(null, 0, "Something.")));

    [Fact]
    public void ControlCharactersAreReplaced() =>
        Assert.Equal(["• \uFFFD]0;owned\uFFFD\uFFFD[2J\uFFFD31m\uFFFDnone"], Print(new Finding(null, 0, "\u001b]0;owned\u0007\u001b[2J\u009b31m\rnone")));

    private static string[] Print(Finding finding)
    {
        using var output = new StringWriter();
        new FindingPrinter(LadderPage.Of(output, new LadderOptions { Width = 90 })).Print(finding);
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
