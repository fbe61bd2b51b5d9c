using TcpCapture.Model;
using TcpCapture.PeerTools.Zeek;

namespace TcpCapture.Tests.PeerTools.Zeek;

/// <summary>The histories that Zeek's TCP analysis defines for connections of every kind.</summary>
public sealed class ZeekHistoryTests
{
    private const string Open = "C S 0; S S. 0; C . 1;";

    [Theory]
    [InlineData("C S 0", "S0 S")]
    [InlineData("C S 0; C S 0; C S 0", "S0 S")]
    [InlineData("C S 0; S R. 0", "REJ Sr")]
    [InlineData("C S 0; S R. 0; C S 0; S R. 0", "REJ Sr")]
    [InlineData("C S 0; C R 1", "RSTOS0 SR")]
    [InlineData("C S 0; C R 0; C R 7", "RSTOS0 SRR")]
    [InlineData("C S 0; C . 1 a1; C P. 1 l5 a1", "S0 SAD")]
    [InlineData("C S 0; C . 1 a1; C F. 1 a1", "SH SAF")]
    [InlineData("C S 0; C . 1 a1; C R 1", "OTH SAR")]
    [InlineData("C S 0; S . 9; C R 9", "RSTOS0 SaR")]
    [InlineData("S S. 0 a1; C . 1", "S1 ^hA")]
    [InlineData("S S. 0 a1; S F. 1 a1", "SHR ^hf")]
    [InlineData("S S. 0 a1; S R 1", "RSTRH ^hr")]
    [InlineData("S S. 0 a1; C S 0", "OTH ^hS")]
    [InlineData("S S. 0 a1; C R 1", "RSTO ^hR")]
    [InlineData("C F. 5 a5", "SH F")]
    [InlineData("S F. 5 a5", "SHR ^f")]
    [InlineData("C F. 5 a5; S F. 5 a6; C . 6", "SF FfA")]
    [InlineData("S R 5", "RSTRH ^r")]
    [InlineData("C R 5", "OTH R")]
    [InlineData("C . 5 a5; S . 5 a5", "OTH Aa")]
    [InlineData("C P. 5 a5 l3; S . 5; S F. 5; C F. 8; S . 6", "SF DafF")]
    [InlineData(Open, "S1 ShA")]
    [InlineData(Open + "C P. 1 l10; S . 1; S P. 1 l5; C . 11; C F. 11; S F. 6; C . 12", "SF ShADadFf")]
    [InlineData(Open + "C F. 1", "S2 ShAF")]
    [InlineData(Open + "S F. 1", "S3 ShAf")]
    [InlineData(Open + "C F. 1; C R 2", "RSTO ShAFR")]
    [InlineData(Open + "C F. 1; S R 1", "RSTR ShAFr")]
    [InlineData(Open + "C F. 1; S F. 1; S R 2", "SF ShAFfr")]
    [InlineData(Open + "C F. 1; C R 2; S F. 1", "SF ShAFRf")]
    [InlineData(Open + "C R. 1; S P. 1 l4", "RSTO ShARd")]
    [InlineData(Open + "C R. 1; S R 1", "REJ ShARr")]
    [InlineData(Open + "C P. 1 l4; C R. 5; S R 1", "RSTR ShADRr")]
    [InlineData(Open + "C F. 1; C F. 1; C F. 1", "S2 ShAF")]
    [InlineData(Open + "C F. 1; C P. 2 l4", "S2 ShAFD")]
    [InlineData(Open + "C F. 1; C F. 9", "S2 ShAFF")]
    [InlineData(Open + "C F. 1 l20", "S2 ShAF")]
    [InlineData(Open + "C FR. 1", "RSTO ShAI")]
    [InlineData("C SF 0", "SH Q")]
    [InlineData("C SR 0", "OTH Q")]
    [InlineData(Open + "C P. 1 l10; C P. 1 l10", "S1 ShADT")]
    [InlineData(Open + "C P. 1 l10; C P. 1 l11", "S1 ShAD")]
    [InlineData(Open + "C P. 1 l10; C . 10 l1", "S1 ShADT")]
    [InlineData(Open + "C . 1 w0", "S1 ShAW")]
    [InlineData(Open + "S F. 1; C . 1 w0", "S3 ShAf")]
    [InlineData(Open + "S P. 1 l9; C . 1 w0; C . 1 w9", "S1 ShAdW")]
    [InlineData(Open + "C P. 11 l10; S . 1 a21", "S1 ShADaG")]
    [InlineData(Open + "C P. 11 l10; S . 1 a1", "S1 ShADa")]
    [InlineData(Open + "C P. 11 l10; C P. 1 l10; S . 1 a21", "S1 ShADTa")]
    [InlineData(Open + "C P. 1 l10; S . 1 a99", "S1 ShADaG")]
    [InlineData(Open + "C P. 1 l10 cut; S . 1 a11", "S1 ShADaG")]
    [InlineData(Open + "C F. 11; S F. 1 a12; C . 12", "SF ShAFfG")]
    [InlineData(Open + "C R 11; S . 1 a11", "RSTO ShARa")]
    [InlineData("C . 1 a1; S . 1 a500; C . 500", "OTH Aa")]
    [InlineData("C S 0 bad; C S 0", "S0 CS")]
    [InlineData("C S 0 bad", "OTH C")]
    [InlineData("C S 0; S S. 0 bad; S S. 0; C . 1", "S1 SchA")]
    [InlineData("S S. 0 a1 bad; C . 1 a1", "OTH ^cA")]
    [InlineData("C S 0 l20; S S. 0 a21; C . 21", "S1 SThA")] // Zeek takes the data of a SYN for sent again
    [InlineData("C S 0; S S 0; C S. 0 a1; S S. 0 a1", "S1 Ss")]
    [InlineData("C . 1; C S 0; S S. 0 a1; C . 1", "S1 ASh")]
    public void HistoryAndStateAreZeeks(string talk, string expected)
    {
        var zeek = Play(talk);

        Assert.Equal(expected, $"{zeek.ConnState()} {zeek.Letters}");
    }

    [Theory]
    [InlineData(9, "ShADT")]
    [InlineData(10, "ShADTT")]
    [InlineData(99, "ShADTT")]
    [InlineData(100, "ShADTTT")]
    public void RetransmissionsAreCountedAtPowersOfTen(int times, string expected) =>
        Assert.Equal(expected, Play(Open + "C P. 1 l10;" + string.Concat(Enumerable.Repeat("C P. 1 l10;", times))).Letters);

    [Fact]
    public void EveryGapBelowAnAcknowledgementIsCounted()
    {
        var talk = Open + string.Concat(Enumerable.Range(1, 12).Select(i => $"C P. {i * 20} l10;")) + "S . 1 a250";

        Assert.Equal("ShADaGG", Play(talk).Letters);
    }

    [Fact]
    public void NumbersWrap()
    {
        var talk = Open + string.Concat(Enumerable.Range(0, 20).Select(i => $"S P. {1 + i * 100} l100; C . 1;")) + "C F. 1; S F. 2001; C . 2";

        var zeek = Play(talk, serverIss: uint.MaxValue - 1000);
        Assert.Equal("SF ShAdFf", $"{zeek.ConnState()} {zeek.Letters}");
    }

    [Fact]
    public void ThreeGigabytesAreNoGap()
    {
        var talk = Open + string.Concat(Enumerable.Range(0, 3000).Select(i => $"S . {1 + i * 1_000_000} l1000000; C . 1;"));

        Assert.Equal("ShAd", Play(talk).Letters);
    }

    [Fact]
    public void UnacknowledgedDataFarBehindAGapIsDropped()
    {
        var talk = Open + string.Concat(Enumerable.Range(1, 20).Select(i => $"C . {i * 1000} l1000;")) + "S . 1 a21000";

        Assert.Equal("ShADa", Play(talk).Letters);
    }

    [Fact]
    public void AHistoryIsBounded()
    {
        var talk = Open + string.Concat(Enumerable.Range(1, 1000).Select(i => $"C R {i};"));

        Assert.Equal(256, Play(talk).Letters.Length);
    }

    private static ZeekHistory Play(string talk, uint serverIss = 0xFFFF_FFF0)
    {
        var zeek = new ZeekHistory();
        foreach (var (side, segment, isWhole, isBad) in Talk.Read(talk, serverIss: serverIss))
        {
            if (isBad) zeek.AddCorrupt(side, segment.Flags == TcpFlags.Syn);
            else zeek.Add(side, segment, isWhole);
        }

        return zeek;
    }
}
