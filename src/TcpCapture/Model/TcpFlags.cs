namespace TcpCapture.Model;

/// <summary>The control bits of a TCP header (RFC 9293 section 3.1, AE: RFC 9768).</summary>
[Flags]
public enum TcpFlags : ushort
{
    /// <summary>No control bit set.</summary>
    None = 0,

    /// <summary>No more data from the sender.</summary>
    Fin = 0x001,

    /// <summary>Synchronize sequence numbers.</summary>
    Syn = 0x002,

    /// <summary>Reset the connection.</summary>
    Rst = 0x004,

    /// <summary>Push.</summary>
    Psh = 0x008,

    /// <summary>The acknowledgement number is significant.</summary>
    Ack = 0x010,

    /// <summary>The urgent pointer is significant.</summary>
    Urg = 0x020,

    /// <summary>ECN echo.</summary>
    Ece = 0x040,

    /// <summary>Congestion window reduced.</summary>
    Cwr = 0x080,

    /// <summary>Accurate ECN (formerly NS).</summary>
    Ae = 0x100,
}

internal static class TcpFlagsText
{
    private const string Letters = "FSRP.UEWe";

    private static readonly string[] Names = [.. Enumerable.Range(0, 1 << Letters.Length).Select(Spell)];

    /// <summary>The flags as tcpdump prints them: <c>S</c>, <c>S.</c>, <c>.</c>, <c>P.</c> …; <c>none</c> without any.</summary>
    public static string ToTcpdump(this TcpFlags flags) => Names[(int)flags & (Names.Length - 1)];

    private static string Spell(int bits) =>
        bits == 0 ? "none" : string.Concat(Letters.Where((_, bit) => (bits & (1 << bit)) != 0));
}
