using System.Runtime.InteropServices;
using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding;

/// <summary>The usual headers: Ethernet, IPv4 without options or fragments, TCP. Fields are as wide as possible to save reads.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainIPv4Headers
{
    public const int Length = TcpAt + TcpHeader.Length;

    public const int TcpAt = InternetAt + InternetLength;

    private const int InternetAt = 14;
    private const int InternetLength = 20;

    private const ulong Type = (ulong)EtherTypes.IPv4 << 48 | 0x45UL << 40; // version 4, five words
    private const ulong TypeBits = 0xFFFF_FFUL << 40;
    private const uint Whole = IPProtocols.Tcp;
    private const uint WholeBits = (uint)InternetHeader.AnyFragment << 16 | 0xFF;

    private readonly ulong _macAddresses;
    private readonly uint _restOfMacAddresses;
    private readonly ulong _etherTypeToIdentification;
    private readonly uint _fragmentToProtocol;
    private readonly ushort _checksum;
    private readonly ulong _addresses;
    private readonly uint _ports;
    private readonly ulong _seqAndAck;
    private readonly uint _offsetToWindow;
    private readonly uint _checksumAndUrgentPointer;

    /// <summary>True if the frame has these headers; otherwise the headers must be walked.</summary>
    public bool IsPlain =>
        (NetworkOrder.Read(_etherTypeToIdentification) & TypeBits) == Type & (NetworkOrder.Read(_fragmentToProtocol) & WholeBits) == Whole;

    /// <summary>Payload length in bytes by the IPv4 header; negative if that is impossible.</summary>
    public int PayloadLength => (ushort)(NetworkOrder.Read(_etherTypeToIdentification) >> 16) - InternetLength;

    /// <summary>Identification of the datagram.</summary>
    public ushort Identification => (ushort)NetworkOrder.Read(_etherTypeToIdentification);

    /// <summary>In the upper half flags and fragment offset, then time to live and protocol.</summary>
    public uint FragmentToProtocol => NetworkOrder.Read(_fragmentToProtocol);

    /// <summary>The source address, and in the lower half the destination address.</summary>
    public ulong Addresses => NetworkOrder.Read(_addresses);

    /// <summary>The source port, and in the lower half the destination port.</summary>
    public uint Ports => NetworkOrder.Read(_ports);

    /// <summary>The sequence number, and in the lower half the acknowledgement number.</summary>
    public ulong SeqAndAck => NetworkOrder.Read(_seqAndAck);

    /// <summary>As <see cref="TcpHeader.OffsetAndFlags"/>, and in the lower half the window.</summary>
    public uint OffsetToWindow => NetworkOrder.Read(_offsetToWindow);
}

/// <summary>The usual headers of IPv6 frames: Ethernet and IPv6 without extension headers.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainIPv6Headers
{
    public const int Length = 54;

    public const int InternetAt = 14;

    private const byte Version6 = 6;

    private readonly ulong _macAddresses;
    private readonly uint _restOfMacAddresses;
    private readonly ushort _etherType;
    private readonly byte _version;
    private readonly byte _trafficClass;
    private readonly ushort _flowLabel;
    private readonly ushort _payloadLength;
    private readonly byte _nextHeader;
    private readonly byte _hopLimit;
    private readonly ulong _source;
    private readonly ulong _restOfSource;
    private readonly ulong _destination;
    private readonly ulong _restOfDestination;

    /// <summary>True if the frame has these headers, TCP follows and the length is given; otherwise the headers must be walked.</summary>
    public bool IsPlain =>
        NetworkOrder.Read(_etherType) == EtherTypes.IPv6 & _version >> 4 == Version6 & _nextHeader == IPProtocols.Tcp & PayloadLength != 0;

    public int PayloadLength => NetworkOrder.Read(_payloadLength);
}
