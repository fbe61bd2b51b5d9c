using System.Globalization;
using TcpCapture.Model;
using TcpCapture.Queries.Expectations.Claims;

namespace TcpCapture.Queries.Expectations;

/// <summary>Parses a sentence into a rule. docs/expect.md has the grammar; each method below reads one line of it.</summary>
// Words are valid in any case, nouns in singular and plural, states with _ or -.
internal static class RuleParser
{
    private const long MaxCount = 1_000_000_000_000;

    private static readonly string[] Beginnings =
        [
        "no", "at", "exactly", "client", "server", "both", "neither", "nobody", "handshake", "reset", "conn_state", "outcome", "cause",
        "if", "every", "some", "connection",
    ];

    private static readonly string[] Nouns =
    [
        "resets", "reset", "retransmissions", "retransmission", "SYN", "segments", "segment", "bytes", "byte", "connections", "connection",
    ];

    private static readonly string[] NamedNouns = ["resets", "retransmissions", "SYN retransmissions", "segments", "bytes", "connections"];

    private static readonly TcpState[] States = [.. Enum.GetValues<TcpState>().Where(s => s != TcpState.Listen)];
    private static readonly string[] StateNames = [.. States.Select(s => s.ToRfcName())];

    private static readonly Cause[] Causes = [.. Enum.GetValues<Cause>().Where(cause => cause != Cause.None)];

    private static readonly string[] CauseNames = [.. Causes.Select(c => c.ToText())];

    /// <exception cref="TcpCaptureException">It is not a rule.</exception>
    public static Expectation Parse(string rule)
    {
        var reader = WordReader.OfRule(rule);
        var first = reader.Take(Beginnings);
        if (first is not ("every" or "some" or "connection")) return ReadClaim(reader, first, new Scope(ScopeKind.Every), isScoped: false);
        var scope = ReadScope(reader, first);
        reader.Take(":");
        return ReadClaim(reader, reader.Take([.. Beginnings.Except(["every", "some", "connection"])]), scope, isScoped: true);
    }

    /// <summary><c>every connection</c>, <c>some connection</c>, <c>connection 2</c>.</summary>
    private static Scope ReadScope(WordReader reader, string first)
    {
        if (first == "connection") return new Scope(ScopeKind.One, (int)TakeNumber(reader, 1, int.MaxValue));
        reader.Take("connection");
        return new Scope(first == "some" ? ScopeKind.Some : ScopeKind.Every);
    }

    private static Expectation ReadClaim(WordReader reader, string first, Scope scope, bool isScoped)
    {
        if (first is "no" or "at" or "exactly") return ReadCount(reader, first, scope, isScoped);
        IClaim claim = first switch
        {
            "if" => ReadIf(reader),
            "outcome" or "cause" => ReadDiagnosis(reader, isCause: first == "cause"),
            "neither" => ReadNeither(reader),
            "client" => ReadSide(reader, Side.Client),
            "server" => ReadSide(reader, Side.Server),
            "both" => ReadPhrase(reader, new ClosingClaim(ClosedBy.Both), "close", "at", "once"),
            "nobody" => ReadPhrase(reader, new ClosingClaim(ClosedBy.Nobody), "closes"),
            "handshake" => ReadHandshake(reader),
            "reset" => ReadReset(reader),
            _ => ReadConnState(reader),
        };
        return new Expectation(scope, claim);
    }

    /// <summary><c>no resets</c>, <c>at most 1 SYN retransmission by client</c>, <c>exactly 2 connections</c>.</summary>
    private static Expectation ReadCount(WordReader reader, string first, Scope scope, bool isScoped)
    {
        var limit = first switch
        {
            "no" => Limit.AtMost,
            "exactly" => Limit.Exactly,
            _ => reader.Take("most", "least") == "most" ? Limit.AtMost : Limit.AtLeast,
        };
        var quantity = new Quantity(limit, first == "no" ? 0 : TakeNumber(reader, 0, MaxCount));
        string[] nouns = isScoped ? [.. Nouns.Where(n => !n.StartsWith("conn", StringComparison.Ordinal))] : Nouns;
        var noun = reader.Take(nouns, isScoped ? NamedNouns[..^1] : NamedNouns);
        if (noun is "connections" or "connection")
        {
            if (first == "no" && reader.TryTake("stays", "stay")) return new Expectation(scope, ReadStay(reader, null));
            if (first == "no" && reader.TryTake("has", "have"))
            {
                var isCause = reader.Take("cause", "outcome") == "cause";
                return new Expectation(scope, new DiagnosisClaim(isCause, ReadDiagnosisWords(reader, isCause), IsNot: true));
            }

            reader.End(first == "no" ? ["stays", "has"] : []);
            return new Expectation(new ConnectionsClaim(quantity));
        }

        if (noun == "SYN") reader.Take("retransmissions", "retransmission");
        var measure = noun switch
        {
            "SYN" => Measure.SynRetransmissions,
            "resets" or "reset" => Measure.Resets,
            "retransmissions" or "retransmission" => Measure.Retransmissions,
            "segments" or "segment" => Measure.Segments,
            _ => Measure.Bytes,
        };
        var by = ReadBy(reader);
        reader.End(by is null ? ["by"] : []);
        return new Expectation(scope, new CountClaim(quantity, measure, by));
    }

    /// <summary>The rest of a rule about an end: <c>closes first</c>, <c>reaches …</c>, <c>passes through …</c>.</summary>
    private static IClaim ReadSide(WordReader reader, Side side)
    {
        switch (reader.Take("closes", "reaches", "passes", "never", "ends"))
        {
            case "closes":
                return ReadPhrase(reader, new ClosingClaim(side == Side.Client ? ClosedBy.Client : ClosedBy.Server), "first");
            case "reaches":
                return new ReachClaim(side, ReadState(reader), ReadWithin(reader));
            case "passes":
                reader.Take("through");
                return new PassClaim(side, ReadState(reader), ReadWithin(reader));
            case "never":
                if (reader.Take("enters", "stays") == "stays") return ReadStay(reader, side);
                return ReadPhrase(reader, new NeverClaim(side, ReadState(reader)));
            default:
                reader.Take("in");
                return ReadPhrase(reader, new EndClaim(side, ReadState(reader)));
        }
    }

    /// <summary><c>if CLAIM then CLAIM</c>; neither is itself a condition.</summary>
    private static IfClaim ReadIf(WordReader reader)
    {
        string[] beginnings = [.. Beginnings.Except(["if", "every", "some", "connection"])];
        var hasThen = reader.StopBefore("then");
        var condition = ReadClaim(reader, reader.Take(beginnings), default, isScoped: true).Claim!;
        reader.StopBefore(null);
        if (!hasThen) reader.Take("then");
        reader.Take("then");
        return new IfClaim(condition, ReadClaim(reader, reader.Take(beginnings), default, isScoped: true).Claim!);
    }

    /// <summary><c>neither end stays in STATE longer than TIME</c>.</summary>
    private static StayClaim ReadNeither(WordReader reader)
    {
        reader.TakeAll("end", "stays");
        return ReadStay(reader, null);
    }

    /// <summary>The rest: <c>in STATE longer than TIME</c>.</summary>
    private static StayClaim ReadStay(WordReader reader, Side? side)
    {
        reader.Take("in");
        var state = ReadState(reader);
        reader.TakeAll("longer", "than");
        return ReadPhrase(reader, new StayClaim(side, state, RuleDuration.Read(reader)));
    }

    /// <summary><c>outcome is closed or reset</c>, <c>cause is not injected</c>.</summary>
    private static DiagnosisClaim ReadDiagnosis(WordReader reader, bool isCause)
    {
        reader.Take("is");
        var isNot = reader.TryTake("not");
        return new DiagnosisClaim(isCause, ReadDiagnosisWords(reader, isCause), isNot);
    }

    private static string ReadDiagnosisWords(WordReader reader, bool isCause)
    {
        var known = isCause ? DiagnosisWords.Causes : DiagnosisWords.Outcomes;
        var words = new List<string>();
        do
        {
            var word = reader.Take(known);
            if (!words.Contains(word)) words.Add(word);
        }
        while (reader.TryTake("or"));
        reader.End("or");
        return string.Join(ConnStateClaim.Separator, words);
    }

    private static HandshakeClaim ReadHandshake(WordReader reader)
    {
        reader.Take("within");
        return ReadPhrase(reader, new HandshakeClaim(RuleDuration.Read(reader)));
    }

    /// <summary><c>reset</c>, <c>reset by server</c>, <c>reset because unread-data</c>.</summary>
    private static ResetClaim ReadReset(WordReader reader)
    {
        var by = ReadBy(reader);
        Cause? cause = reader.TryTake("because")
            ? reader.TakeValue<Cause>(text => Find(Causes, CauseNames, text), "one of " + string.Join(", ", CauseNames), CauseNames)
            : null;
        reader.End(cause is not null ? [] : by is null ? ["by", "because"] : ["because"]);
        return new ResetClaim(by, cause);
    }

    /// <summary><c>conn_state SF</c>, <c>conn_state SF or S1</c>.</summary>
    private static ConnStateClaim ReadConnState(WordReader reader)
    {
        var states = new List<string>();
        do
        {
            var state = reader.Take(ConnStateText.Words);
            if (!states.Contains(state)) states.Add(state);
        }
        while (reader.TryTake("or"));
        return ReadPhrase(reader, new ConnStateClaim(string.Join(ConnStateClaim.Separator, states)), []);
    }

    private static Side? ReadBy(WordReader reader)
    {
        if (!reader.TryTake("by")) return null;
        return reader.Take("client", "server") == "client" ? Side.Client : Side.Server;
    }

    private static long TakeNumber(WordReader reader, long min, long max) => reader.TakeValue<long>(
        text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max ? number : null,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"));

    private static TcpState ReadState(WordReader reader) => reader.TakeValue<TcpState>(
        text => Find(States, StateNames, text.Replace('-', '_')), "a state, one of " + string.Join(", ", StateNames), StateNames);

    private static long? ReadWithin(WordReader reader)
    {
        long? limit = reader.TryTake("within") ? RuleDuration.Read(reader) : null;
        reader.End(limit is null ? ["within"] : []);
        return limit;
    }

    private static T ReadPhrase<T>(WordReader reader, T claim, params ReadOnlySpan<string> words)
    {
        reader.TakeAll(words);
        reader.End();
        return claim;
    }

    private static T? Find<T>(T[] values, string[] names, string text)
        where T : struct
    {
        var index = Array.FindIndex(names, n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : values[index];
    }
}
