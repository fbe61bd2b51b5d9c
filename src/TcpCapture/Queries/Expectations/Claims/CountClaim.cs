using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations.Claims;

/// <summary><c>no resets</c>, <c>at most 1 SYN retransmission</c>, <c>at least 10 bytes by client</c>.</summary>
internal sealed record CountClaim(Quantity Quantity, Measure Measure, Side? By) : IClaim
{
    public Judgement Judge(ConnectionFacts facts)
    {
        var count = Sides().Sum(side => CountOf(facts.Connection[side], facts[side]));
        var events = Sides().SelectMany(side => EventsOf(facts[side])).OrderBy(m => m.Number).Take(EndFacts.MaxEvents).ToArray();
        var because = string.Create(CultureInfo.InvariantCulture, $"there {(count is 0 or 1 ? "was" : "were")} {Amount(count)}{Author}");
        var judgement = Quantity.Judge(count, because, events);
        return Measure == Measure.SynRetransmissions && facts.Connection.BeganEarlier && judgement.Basis != Basis.Seen
            ? Judgement.CannotTell($"it began before the {facts.Info.Whole}, and so did its SYNs")
            : judgement;
    }

    public override string ToString() =>
        $"{Quantity} {Noun(plural: Quantity == Quantity.None || Quantity.IsPlural)}{Author}";

    private string Author => By is { } side ? $" by {side.ToText()}" : "";

    private string Amount(long count) => count == 0 ? $"no {Noun(plural: false)}"
        : string.Create(CultureInfo.InvariantCulture, $"{count} {Noun(count != 1)}");

    private string Noun(bool plural) => (Measure switch
    {
        Measure.Resets => "reset",
        Measure.Retransmissions => "retransmission",
        Measure.SynRetransmissions => "SYN retransmission",
        Measure.Segments => "segment",
        _ => "byte",
    }) + (plural ? "s" : "");

    private Side[] Sides() => By is { } side ? [side] : [Side.Client, Side.Server];

    private long CountOf(ConnectionEnd end, EndFacts facts) => Measure switch
    {
        Measure.Resets => facts.ResetCount,
        Measure.Retransmissions => end.Retransmissions,
        Measure.SynRetransmissions => end.SynRetransmissions,
        Measure.Segments => end.Segments,
        _ => end.Bytes,
    };

    private IReadOnlyList<VerdictEvent> EventsOf(EndFacts facts) => Measure switch
    {
        Measure.Resets => facts.Resets,
        Measure.Retransmissions => facts.Retransmissions,
        Measure.SynRetransmissions => facts.SynRetransmissions,
        _ => [],
    };
}

internal enum Measure : byte
{
    Resets,
    Retransmissions,
    SynRetransmissions,
    Segments,
    Bytes, // of payload, without retransmissions
}
