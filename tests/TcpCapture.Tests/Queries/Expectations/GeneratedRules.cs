using TcpCapture.Model;
using TcpCapture.Queries.Expectations;
using TcpCapture.Queries.Expectations.Claims;

namespace TcpCapture.Tests.Queries.Expectations;

/// <summary>Generates rules of every kind.</summary>
internal static class GeneratedRules
{
    public static Expectation Next(Random random)
    {
        var scope = random.Next(3) switch
        {
            0 => new Scope(ScopeKind.Every),
            1 => new Scope(ScopeKind.Some),
            _ => new Scope(ScopeKind.One, random.Next(1, int.MaxValue)),
        };
        return random.Next(13) switch
        {
            0 => new Expectation(new ConnectionsClaim(Quantity(random))),
            1 => new Expectation(scope, new IfClaim(Claim(random), Claim(random))),
            _ => new Expectation(scope, Claim(random)),
        };
    }

    private static IClaim Claim(Random random) => random.Next(12) switch
    {
        0 => new CountClaim(Quantity(random), Any<Measure>(random), Perhaps<Side>(random)),
        1 => new ClosingClaim(Any<ClosedBy>(random)),
        2 => new ReachClaim(Any<Side>(random), State(random), Limit(random)),
        3 => new PassClaim(Any<Side>(random), State(random), Limit(random)),
        4 => new NeverClaim(Any<Side>(random), State(random)),
        5 => new EndClaim(Any<Side>(random), State(random)),
        6 => new HandshakeClaim(Length(random)),
        7 => new ResetClaim(Perhaps<Side>(random), random.Next(2) == 0 ? null : random.GetItems(Enum.GetValues<Cause>()[1..], 1)[0]),
        8 => new StayClaim(Perhaps<Side>(random), State(random), Length(random)),
        9 => new DiagnosisClaim(IsCause: true, Some(random, DiagnosisWords.Causes), random.Next(2) == 0),
        10 => new DiagnosisClaim(IsCause: false, Some(random, DiagnosisWords.Outcomes), random.Next(2) == 0),
        _ => new ConnStateClaim(Some(random, ConnStateText.Words)),
    };

    private static string Some(Random random, IReadOnlyList<string> words) =>
        string.Join(" or ", random.GetItems([.. words], random.Next(1, 4)).Distinct());

    private static Quantity Quantity(Random random) => new(Any<Limit>(random), random.Next(3) == 0 ? random.Next(3) : random.NextInt64(1_000_000_000_000));
    private static long? Limit(Random random) => random.Next(2) == 0 ? null : Length(random);

    private static long Length(Random random)
    {
        var unit = (long)Math.Pow(1000, random.Next(4));
        return unit * random.NextInt64(RuleDuration.MaxNanoseconds / unit + 1);
    }

    private static TcpState State(Random random)
    {
        TcpState state;
        while ((state = Any<TcpState>(random)) == TcpState.Listen) continue;
        return state;
    }

    private static T? Perhaps<T>(Random random)
        where T : struct, Enum => random.Next(2) == 0 ? null : Any<T>(random);

    private static T Any<T>(Random random)
        where T : struct, Enum => random.GetItems(Enum.GetValues<T>(), 1)[0];
}
