using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class EndingsTests
{
    [Fact]
    public void EachClosingStateHasItsDuration() => Assert.Equal(
        [
            "The client passed through FIN_WAIT_1 1.0 ms, FIN_WAIT_2 11.0 ms, TIME_WAIT at least 3.0 ms (as far as the capture shows).",
            "The server passed through CLOSE_WAIT 12.0 ms, LAST_ACK 1.0 ms.",
        ],
        Analysed.Texts(new Endings(() => new Timestamp(Script.Start + 19_000_000)), new Script().Open().Closed()));

    [Fact]
    public void AConnectionThatStaysOpenHasNone() => Assert.Empty(Analysed.Texts(new Endings(() => default), new Script().Open()));

    [Fact]
    public void AStateThatASampleShowsLaterIsStillThere()
    {
        var script = new Script().Open().Send(Side.Client, "F.").Send(Side.Server, ".")
            .Sample(Side.Server, TcpState.CloseWait, TcpState.CloseWait);
        Assert.Contains("The server passed through CLOSE_WAIT (still there).", Analysed.Texts(new Endings(() => default), script));
    }

    /// <summary>Findings beyond the limit are only counted, so memory is bounded.</summary>
    [Fact]
    public void BeyondTheLimitTheyAreCounted()
    {
        var script = new Script();
        for (var port = 0; port < FindingList.DefaultMax / 2 + 3; port++) script.From((ushort)(20_000 + port)).Open().Closed();
        var texts = Analysed.Texts(new Endings(() => default), script);
        Assert.Equal(FindingList.DefaultMax + 1, texts.Length);
        Assert.StartsWith("6 more findings about states passed through are left out", texts[^1]);
    }
}
