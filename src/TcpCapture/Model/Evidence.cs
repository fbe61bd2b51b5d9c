namespace TcpCapture.Model;

/// <summary>How a state is known, from weakest to best.</summary>
public enum Evidence : byte
{
    /// <summary>Follows from segments and calls by RFC 9293.</summary>
    Inferred,

    /// <summary>Seen in a sample: the change lies between two known times.</summary>
    Sampled,

    /// <summary>Reported by the kernel, to the nanosecond.</summary>
    Traced,
}

internal static class EvidenceText
{
    private static readonly string[] Words = ["inferred", "sampled", "traced"];

    public static string ToText(this Evidence evidence) => Words[(int)evidence];
}
