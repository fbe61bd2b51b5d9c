namespace TcpCapture.Model;

/// <summary>How a state is known, from weakest to best.</summary>
public enum Evidence : byte
{
    /// <summary>It follows from segments and calls by RFC 9293.</summary>
    Inferred,

    /// <summary>It was seen in a sample: the change lies between two given moments.</summary>
    Sampled,

    /// <summary>The kernel reported the change itself, to the nanosecond.</summary>
    Traced,
}

/// <summary>How evidence is written.</summary>
public static class EvidenceText
{
    /// <summary><c>inferred</c>, <c>sampled</c> or <c>traced</c>.</summary>
    public static string ToText(this Evidence evidence) => evidence switch
    {
        Evidence.Inferred => "inferred",
        Evidence.Sampled => "sampled",
        _ => "traced",
    };
}
