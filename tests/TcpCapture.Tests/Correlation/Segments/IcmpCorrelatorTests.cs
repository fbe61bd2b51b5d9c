using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Segments;

/// <summary>ICMP errors belong to the connection they quote if it exists, and prove something if the quoted number was in flight.</summary>
public sealed class IcmpCorrelatorTests
{
    private const Side Client = Side.Client;
    private const Side Server = Side.Server;

    [Fact]
    public void AnErrorThatQuotesASynNamesTheSyn()
    {
        var played = new Script().Send(Client, "S", seq: 100).Wait(1000).Send(Client, "S", seq: 100).Icmp(Client, seq: 100).Play();
        var connection = Assert.Single(played.Connections);
        var report = Assert.Single(connection.Icmp!.Kept);
        Assert.Equal((1L, 0L, Client, true, 3L), (connection.Icmp.Count, connection.Icmp.Mismatches, report.Side, report.IsInFlight, report.QuotedEvent));
        var row = played.Events.Single(e => e.Kind == EventKind.Icmp);
        Assert.Equal((report.Event, report.Frame, report.QuotedEvent), (row.Number, row.Frame, row.CausedBy));
        Assert.Equal("port unreachable (ICMP 3/3) from 10.0.0.9, quotes event 3", row.Note);
        Assert.Equal(1, connection.Client.SynRetransmissions);
        Assert.Equal((2L, 0L), (connection.Client.Segments, connection.Server.Segments));
    }

    [Fact]
    public void AnErrorAboutDataNamesTheSegmentThatFirstCarriedIt()
    {
        var played = new Script().Open().Send(Client, "P.", 1448).Send(Client, "P.", 1448)
            .Icmp(Client, seq: 1549, code: 4, mtu: 1400).Icmp(Client, seq: 101, code: 4, mtu: 1300).Play();
        var connection = Assert.Single(played.Connections);
        var sent = played.Events.Where(e => e is { Kind: EventKind.Segment, Segment.Length: > 0 }).Select(e => e.Number).ToArray();
        Assert.Equal([sent[1], sent[0]], connection.Icmp!.Kept.Select(report => report.QuotedEvent));
        Assert.Equal((1300, 1300), (connection.Icmp.LowestMtu, connection.Icmp.Last!.Error.Mtu));
        Assert.All(connection.Icmp.Kept, report => Assert.True(report.IsInFlight));
    }

    [Theory]
    [InlineData(99u)]
    [InlineData(100u)]
    [InlineData(202u)]
    [InlineData(50_000u)]
    public void AQuoteThatWasNotInFlightProvesNothing(uint seq)
    {
        var played = new Script().Open().Send(Client, "P.", 100).Icmp(Client, seq: seq).Icmp(Client, seq: seq).Icmp(Client, seq: 101).Play();
        var icmp = Assert.Single(played.Connections).Icmp!;
        Assert.Equal((2L, seq, 1L, 101u), (icmp.Mismatches, icmp.FirstMismatch!.Error.Seq, icmp.Count, icmp.Last!.Error.Seq));
        Assert.Equal(101u, Assert.Single(icmp.Kept).Error.Seq);
        Assert.EndsWith(
            $"quotes seq {seq}, which was not in flight: it proves nothing", played.Events.First(e => e.Kind == EventKind.Icmp).Note);
    }

    [Fact]
    public void AcknowledgedDataIsNotInFlight()
    {
        var icmp = new Script().Open().Send(Client, "P.", 100).Send(Server, ".").Icmp(Client, seq: 101).Icmp(Client, seq: 201)
            .Icmp(Server, seq: 301).Icmp(Server, seq: 300).Play().Connections[0].Icmp!;
        Assert.Equal((2L, 2L), (icmp.Count, icmp.Mismatches));
        Assert.Equal([(Client, 201u), (Server, 301u)], icmp.Kept.Select(report => (report.Side, report.Error.Seq!.Value)));
    }

    [Fact]
    public void SequenceNumbersWrap()
    {
        var icmp = new Script().Open(clientIss: uint.MaxValue - 10).Send(Client, "P.", 100).Icmp(Client, seq: 50).Icmp(Client, seq: uint.MaxValue - 20)
            .Play().Connections[0].Icmp!;
        Assert.Equal((1L, 1L), (icmp.Count, icmp.Mismatches));
    }

    [Fact]
    public void AQuoteOfPortsOnlyIsNeitherProvenNorRefuted()
    {
        var played = new Script().Send(Client, "S", seq: 100).Icmp(Client, seq: null).Play();
        var icmp = Assert.Single(played.Connections).Icmp!;
        Assert.Equal((1L, 0L, null, 0L), (icmp.Count, icmp.Mismatches, icmp.Kept[0].IsInFlight, icmp.Kept[0].QuotedEvent));
        Assert.EndsWith("quotes no sequence number", played.Events[^1].Note);
    }

    [Fact]
    public void AnErrorNeverBeginsAConnection()
    {
        var played = new Played();
        var correlator = new Script().Icmp(Client, seq: 100).From(40001).Send(Client, "S", seq: 7).From(40002).Icmp(Client, seq: 7).Play(played);
        Assert.Null(Assert.Single(played.Connections).Icmp);
        Assert.Equal(2, correlator.UnmatchedIcmp);
        Assert.All(played.Events.Where(e => e.Kind == EventKind.Icmp), e => Assert.Equal((null, null), (e.Connection, e.Side)));
        Assert.EndsWith("quotes 10.0.0.1:40000 → 10.0.0.2:80, which is no known connection", played.Events[0].Note);
    }

    [Fact]
    public void AFloodIsOnlyCounted()
    {
        var script = new Script().Send(Client, "S", seq: 100);
        for (var i = 0; i < 1000; i++) script.Icmp(Client, seq: i % 2 == 0 ? 100u : 9u);
        var icmp = script.Play().Connections[0].Icmp!;
        Assert.Equal((500L, 500L, IcmpErrors.MaxKept), (icmp.Count, icmp.Mismatches, icmp.Kept.Count));
        Assert.True(icmp.Kept.Select(report => report.Event).SequenceEqual(icmp.Kept.Select(report => report.Event).Order()));
        Assert.True(icmp.Last!.Event > icmp.Kept[^1].Event);
    }
}
