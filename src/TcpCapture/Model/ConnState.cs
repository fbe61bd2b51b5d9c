namespace TcpCapture.Model;

/// <summary>How a connection went, as Zeek's <c>conn_state</c> defines it and by Zeek's names.</summary>
public enum ConnState : byte
{
    /// <summary>Its beginning was not seen, or it had no handshake.</summary>
    OTH,

    /// <summary>Closed by both ends.</summary>
    SF,

    /// <summary>The SYN was not answered.</summary>
    S0,

    /// <summary>The SYN was refused.</summary>
    REJ,

    /// <summary>Reset by the client.</summary>
    RSTO,

    /// <summary>Reset by the server.</summary>
    RSTR,

    /// <summary>The client sent a SYN, then an RST; no answer was seen.</summary>
    RSTOS0,

    /// <summary>The server sent a SYN-ACK, then an RST; the client was not seen.</summary>
    RSTRH,

    /// <summary>Open at the end.</summary>
    S1,

    /// <summary>Closed by the client only.</summary>
    S2,

    /// <summary>Closed by the server only.</summary>
    S3,

    /// <summary>The client sent a SYN and a FIN; the server was not seen.</summary>
    SH,

    /// <summary>The server sent a SYN-ACK and a FIN; the client was not seen.</summary>
    SHR,
}

internal static class ConnStateText
{
    private static readonly (string Word, string Meaning)[] Texts =
    [
        ("OTH", "beginning not seen, or no handshake"),
        ("SF", "closed by both ends"),
        ("S0", "SYN not answered"),
        ("REJ", "refused"),
        ("RSTO", "reset by the client"),
        ("RSTR", "reset by the server"),
        ("RSTOS0", "SYN, then RST of the client, no answer seen"),
        ("RSTRH", "SYN-ACK, then RST of the server, client not seen"),
        ("S1", "open at the end"),
        ("S2", "closed by the client only"),
        ("S3", "closed by the server only"),
        ("SH", "SYN and FIN of the client, server not seen"),
        ("SHR", "SYN-ACK and FIN of the server, client not seen"),
    ];

    /// <summary>Zeek's names, the usual ones first.</summary>
    public static IReadOnlyList<string> Words { get; } =
        [.. Texts.Skip(1).Append(Texts[0]).Select(text => text.Word)];

    /// <summary>Zeek's name, such as <c>SF</c>.</summary>
    public static string ToText(this ConnState state) => Texts[(int)state].Word;

    /// <summary>What it means, in a few words.</summary>
    public static string ToMeaning(this ConnState state) => Texts[(int)state].Meaning;
}
