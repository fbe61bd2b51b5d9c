namespace TcpCapture.Findings;

/// <summary>The values of <c>conn_state</c>, which are Zeek's, and what they mean.</summary>
public static class ConnStates
{
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["SF"] = "closed by both ends",
        ["S0"] = "SYN not answered",
        ["REJ"] = "refused",
        ["RSTO"] = "reset by the client",
        ["RSTR"] = "reset by the server",
        ["RSTOS0"] = "SYN, then RST of the client, no answer seen",
        ["RSTRH"] = "SYN-ACK, then RST of the server, client not seen",
        ["S1"] = "open at the end",
        ["S2"] = "closed by the client only",
        ["S3"] = "closed by the server only",
        ["SH"] = "SYN and FIN of the client, server not seen",
        ["SHR"] = "SYN-ACK and FIN of the server, client not seen",
        ["OTH"] = "beginning not seen, or no handshake",
    };

    /// <summary>All of them, the usual ones first.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. Meanings.Keys];

    /// <summary>What one means, in a few words; empty if it is none of them.</summary>
    public static string Describe(string state) => Meanings.GetValueOrDefault(state, "");
}
