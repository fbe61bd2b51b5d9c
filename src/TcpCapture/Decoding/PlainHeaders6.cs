using System.Runtime.InteropServices;
using TcpCapture.Decoding.Link;

namespace TcpCapture.Decoding;

/// <summary>The headers of most other frames: Ethernet and IPv6, with nothing between them and no extension behind.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainHeaders6
{
    /// <summary>Length of both in bytes.</summary>
    public const int Length = 54;

    /// <summary>Where IPv6 begins.</summary>
    public const int InternetAt = 14;

    private const byte Version6 = 6;

    private readonly ulong _macAddresses;
    private readonly uint _moreOfThem;
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

    /// <summary>True if that is what they are, TCP follows and the length says something; else they have to be walked.</summary>
    public bool AreThose =>
        NetworkOrder.Read(_etherType) == EtherTypes.IPv6 & _version >> 4 == Version6 & _nextHeader == IPProtocols.Tcp & PayloadLength != 0;

    /// <summary>Length of what follows in bytes, as the header says.</summary>
    public int PayloadLength => NetworkOrder.Read(_payloadLength);
}
