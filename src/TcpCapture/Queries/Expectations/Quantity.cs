using System.Globalization;

namespace TcpCapture.Queries.Expectations;

internal enum Limit : byte
{
    AtMost,
    AtLeast,
    Exactly,
}

/// <summary>A limit of a count: <c>no</c>, <c>at most 2</c>.</summary>
internal readonly record struct Quantity(Limit Limit, long Number)
{
    public static Quantity None { get; } = new(Limit.AtMost, 0);
    public bool IsPlural => Number != 1;

    /// <summary>Judges a count, and whether unseen events could change the outcome.</summary>
    public Judgement Judge(long count, string because, IReadOnlyList<VerdictEvent> events) => Limit switch
    {
        Limit.AtLeast when count >= Number => Judgement.Held(because, Basis.Seen, events),
        Limit.AtLeast => Judgement.Broken(because, Basis.EverySegment, events),
        _ when count > Number => Judgement.Broken(because, Basis.Seen, events),
        Limit.Exactly when count < Number => Judgement.Broken(because, Basis.EverySegment, events),
        _ => Judgement.Held(because, Basis.EverySegment, events),
    };

    public override string ToString() => this == None ? "no" : string.Create(CultureInfo.InvariantCulture, $"{Name} {Number}");

    private string Name => Limit switch
    {
        Limit.AtMost => "at most",
        Limit.AtLeast => "at least",
        _ => "exactly",
    };
}
