using System.Globalization;

namespace TcpCapture.Decoding;

/// <summary>Protocols that may hold TCP but are not decoded, by a code: an Ethernet type is its own code.</summary>
internal static class OpaqueProtocols
{
    private const int FirstIPProtocol = 0x1_0000;
    private const int FirstPppProtocol = 0x2_0000;
    private const int FirstAddressFamily = 0x3_0000;
    private const int FirstNamed = 0x4_0000;
    private const int FirstSnapOrganisation = 0x100_0000;

    public const int EncryptedWireless = FirstNamed;
    public const int EncryptedMacSec = FirstNamed + 1;
    public const int EncryptedCapwap = FirstNamed + 2;
    public const int Capwap = FirstNamed + 3;
    public const int Pseudowire = FirstNamed + 4;
    public const int Nesting = FirstNamed + 5;
    public const int LaterGre = FirstNamed + 6;
    public const int Gtp = FirstNamed + 7;
    public const int Nsh = FirstNamed + 8;
    public const int VxlanGpe = FirstNamed + 9;
    public const int WireGuard = FirstNamed + 10;
    public const int Others = FirstNamed + 11;
    public const int Esp = FirstIPProtocol + IPProtocols.Esp;
    public const int L2tp3 = FirstIPProtocol + IPProtocols.L2tp3;

    private static readonly Dictionary<int, string> Names = new()
    {
        [EncryptedWireless] = "encrypted IEEE 802.11",
        [EncryptedMacSec] = "encrypted MACsec",
        [EncryptedCapwap] = "encrypted CAPWAP",
        [Capwap] = "CAPWAP of another radio",
        [Pseudowire] = "MPLS pseudowire",
        [Nesting] = "too many nested headers",
        [LaterGre] = "GRE of a later version",
        [Gtp] = "GTP-U without IP",
        [Nsh] = "NSH with an unknown payload",
        [VxlanGpe] = "VXLAN-GPE with an unknown payload",
        [WireGuard] = "WireGuard",
        [Others] = "other protocols",
        [Esp] = "ESP",
        [L2tp3] = "L2TPv3",
        [OfIPProtocol(55)] = "minimal IP encapsulation",
        [OfIPProtocol(IPProtocols.IPComp)] = "IPComp",
        [OfIPProtocol(141)] = "wrapped ESP",
        [OfIPProtocol(142)] = "ROHC",
        [OfPpp(0x002D)] = "TCP compressed by Van Jacobson's method",
        [OfPpp(0x002F)] = "TCP prepared for Van Jacobson's compression",
        [OfPpp(0x003D)] = "multilink PPP",
        [OfPpp(0x0031)] = "PPP bridging",
        [OfPpp(0x0053)] = "encrypted PPP",
        [OfPpp(0x0055)] = "encrypted PPP",
        [OfPpp(0x00FB)] = "compressed PPP",
        [OfPpp(0x00FD)] = "compressed PPP",
        [0x22F1] = "ROHC",
        [0x4305] = "B.A.T.M.A.N.",
        [0x8884] = "ATM over Ethernet",
        [0x8947] = "GeoNetworking",
        [0x99FE] = "TECMP",
        [0xA0ED] = "6LoWPAN",
    };

    public static int OfIPProtocol(int protocol) => FirstIPProtocol + protocol;

    public static int OfPpp(int protocol) => FirstPppProtocol + protocol;

    public static int OfAddressFamily(int family) => FirstAddressFamily + Math.Clamp(family, 0, FirstNamed - FirstAddressFamily - 1);

    public static int OfSnapOrganisation(int organisation) => FirstSnapOrganisation + organisation;

    /// <summary><c>IPComp</c>, or <c>unknown EtherType 0x1234</c>.</summary>
    public static string NameOf(int code) => Names.TryGetValue(code, out var name) ? name : code switch
    {
        < FirstIPProtocol => Text($"unknown EtherType 0x{code:x4}"),
        < FirstPppProtocol => Text($"unknown IP protocol {code - FirstIPProtocol}"),
        < FirstAddressFamily => Text($"unknown PPP protocol 0x{code - FirstPppProtocol:x4}"),
        < FirstNamed => Text($"unknown address family {code - FirstAddressFamily}"),
        _ => Text($"unknown SNAP organisation 0x{code - FirstSnapOrganisation:x6}"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
