namespace TcpCapture.Queries.Expectations;

/// <summary>What became of a rule.</summary>
public enum Outcome : byte
{
    /// <summary>What was recorded shows that it holds.</summary>
    Held,

    /// <summary>What was recorded shows that it does not hold.</summary>
    Broken,

    /// <summary>What was recorded does not decide it. Counts as not held: a test that proves nothing must not pass.</summary>
    CannotTell,
}

/// <summary>How outcomes are written.</summary>
public static class OutcomeText
{
    /// <summary><c>held</c>, <c>broken</c> or <c>cannot tell</c>.</summary>
    public static string ToText(this Outcome outcome) => outcome switch
    {
        Outcome.Held => "held",
        Outcome.Broken => "broken",
        _ => "cannot tell",
    };
}
