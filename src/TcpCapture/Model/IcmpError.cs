using System.Globalization;

namespace TcpCapture.Model;

/// <summary>An ICMP error (RFC 792, 1812, 4443) and the TCP segment it quotes. A quote can be forged or too short.</summary>
internal readonly record struct IcmpError
{
    private const byte Unreachable4 = 3;
    private const byte SourceQuench4 = 4;
    private const byte TimeExceeded4 = 11;
    private const byte ParameterProblem4 = 12;
    private const byte Unreachable6 = 1;
    private const byte PacketTooBig6 = 2;
    private const byte TimeExceeded6 = 3;
    private const byte ParameterProblem6 = 4;
    private const byte FragmentationNeeded = 4;

    private static readonly string[] s_unreachable4 =
    [
        "network unreachable", "host unreachable", "protocol unreachable", "port unreachable", "fragmentation needed",
        "source route failed", "network unknown", "host unknown", "source host isolated", "network administratively prohibited",
        "host administratively prohibited", "network unreachable for this type of service",
        "host unreachable for this type of service", "communication administratively prohibited", "host precedence violation",
        "precedence cutoff in effect",
    ];

    private static readonly string[] s_unreachable6 =
    [
        "no route to the destination", "communication administratively prohibited", "beyond the scope of the source address",
        "address unreachable", "port unreachable", "source address rejected by policy", "route to the destination rejected",
        "error in the source routing header", "headers too long",
    ];

    private static readonly string[] s_parameterProblem6 =
        ["erroneous header field", "unrecognized next header", "unrecognized IPv6 option", "first fragment has an incomplete header chain"];

    /// <summary>When it passed the capture point.</summary>
    public Timestamp Time { get; init; }

    /// <summary>The address that sent the message, often a router or firewall; port 0.</summary>
    public Endpoint Sender { get; init; }

    /// <summary>The address the message was sent to; port 0.</summary>
    public Endpoint Recipient { get; init; }

    /// <summary>True for ICMPv6, whose types have other numbers.</summary>
    public bool IsV6 { get; init; }

    public byte Type { get; init; }
    public byte Code { get; init; }

    /// <summary>The next hop's MTU in bytes; 0 if the message has none.</summary>
    public int Mtu { get; init; }

    /// <summary>The quoted segment's sender; meaningless without <see cref="HasQuote"/>.</summary>
    public Endpoint Source { get; init; }

    /// <summary>The quoted segment's receiver; meaningless without <see cref="HasQuote"/>.</summary>
    public Endpoint Destination { get; init; }

    /// <summary>The quoted segment's source and destination.</summary>
    public FourTuple FourTuple => new(Source, Destination);

    /// <summary>True if the ports are quoted.</summary>
    public bool HasQuote { get; init; }

    /// <summary>The quoted sequence number; null if the quote is too short.</summary>
    public uint? Seq { get; init; }

    /// <summary>The quoted control bits; null if the quote is too short.</summary>
    public TcpFlags? Flags { get; init; }

    /// <summary>Length of the quoted datagram in bytes, as its IP header says; 0 if unknown.</summary>
    public int QuotedLength { get; init; }

    /// <summary>True if the datagram is larger than <see cref="Mtu"/>.</summary>
    public bool IsTooBig => IsV6 ? Type == PacketTooBig6 : Type == Unreachable4 && Code == FragmentationNeeded;

    /// <summary>True if the destination cannot be reached or does not want the segment; false for <see cref="IsTooBig"/>.</summary>
    public bool IsUnreachable => IsV6 ? Type == Unreachable6 : Type == Unreachable4 && Code != FragmentationNeeded;

    /// <summary>True if a filter rejects the segment, in its own words.</summary>
    public bool IsProhibited => IsUnreachable && (IsV6 ? Code is 1 or 5 or 6 : Code is 9 or 10 or 13);

    public bool IsHostUnreachable => IsUnreachable && Code == (IsV6 ? 3 : 1);

    public bool IsPortUnreachable => IsUnreachable && Code == (IsV6 ? 4 : 3);

    /// <summary>True if the hop limit (TTL) ran out on the way, or fragments did not arrive in time.</summary>
    public bool IsTimeExceeded => Type == (IsV6 ? TimeExceeded6 : TimeExceeded4);

    /// <summary>The meaning of type and code: <c>fragmentation needed, MTU 1400</c>.</summary>
    public string Meaning => Mtu > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Name}, MTU {Mtu}") : Name;

    private string Name => (IsV6, Type) switch
    {
        (false, Unreachable4) => NameOf(s_unreachable4, "destination unreachable"),
        (false, SourceQuench4) => "source quench",
        (true, Unreachable6) => NameOf(s_unreachable6, "destination unreachable"),
        (true, PacketTooBig6) => "packet too big",
        (true, ParameterProblem6) => NameOf(s_parameterProblem6, "parameter problem"),
        (false, ParameterProblem4) => "parameter problem",
        _ => Code == 0 ? "time exceeded in transit" : "fragment reassembly time exceeded",
    };

    /// <summary>True for the types that report an error of a datagram and quote it; a redirect reports none.</summary>
    public static bool IsError(byte type, bool isV6) => isV6
        ? type is >= Unreachable6 and <= ParameterProblem6
        : type is Unreachable4 or SourceQuench4 or TimeExceeded4 or ParameterProblem4;

    /// <summary>Meaning, type and code: <c>port unreachable (ICMP 3/3)</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Meaning} ({(IsV6 ? "ICMPv6" : "ICMP")} {Type}/{Code})");

    private string NameOf(string[] names, string other) => Code < names.Length ? names[Code] : other;
}
