using System.Runtime.InteropServices;
using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding;

/// <summary>
/// The headers of nearly every frame: Ethernet, IPv4 and TCP, with nothing between them, the first two without options and in one
/// piece. In words as wide as they can be, for each is one step.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainHeaders
{
    /// <summary>Length of all three in bytes.</summary>
    public const int Length = TcpAt + TcpHeader.Length;

    /// <summary>Where TCP begins.</summary>
    public const int TcpAt = InternetAt + InternetLength;

    private const int InternetAt = 14;
    private const int InternetLength = 20;

    private const ulong Type = (ulong)EtherTypes.IPv4 << 48 | 0x45UL << 40; // version 4, five words
    private const ulong TypeBits = 0xFFFF_FFUL << 40;
    private const uint Whole = IPProtocols.Tcp;
    private const uint WholeBits = (uint)InternetHeader.AnyFragment << 16 | 0xFF;

    private readonly ulong _macAddresses;
    private readonly uint _moreOfThem;
    private readonly ulong _etherTypeToIdentification;
    private readonly uint _fragmentToProtocol;
    private readonly ushort _checksum;
    private readonly ulong _addresses;
    private readonly uint _ports;
    private readonly ulong _seqAndAck;
    private readonly uint _offsetToWindow;
    private readonly uint _checksumAndUrgentPointer;

    /// <summary>True if that is what they are; else they have to be walked.</summary>
    public bool AreThose =>
        (NetworkOrder.Read(_etherTypeToIdentification) & TypeBits) == Type & (NetworkOrder.Read(_fragmentToProtocol) & WholeBits) == Whole;

    /// <summary>Length of what IPv4 carries in bytes, as its header says; negative if that says nonsense.</summary>
    public int PayloadLength => (ushort)(NetworkOrder.Read(_etherTypeToIdentification) >> 16) - InternetLength;

    /// <summary>The source address, and in the lower half the destination address.</summary>
    public ulong Addresses => NetworkOrder.Read(_addresses);

    /// <summary>The source port, and in the lower half the destination port.</summary>
    public uint Ports => NetworkOrder.Read(_ports);

    /// <summary>The sequence number, and in the lower half the acknowledgement number.</summary>
    public ulong SeqAndAck => NetworkOrder.Read(_seqAndAck);

    /// <summary>As <see cref="TcpHeader.OffsetAndFlags"/>, and in the lower half the window.</summary>
    public uint OffsetToWindow => NetworkOrder.Read(_offsetToWindow);
}
