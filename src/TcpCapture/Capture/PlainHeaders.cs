using System.Runtime.InteropServices;

namespace TcpCapture.Capture;

/// <summary>The headers of nearly every frame: Ethernet and IPv4, with nothing between them, without options and in one piece.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct PlainHeaders
{
    /// <summary>Length of both in bytes.</summary>
    public const int Length = 34;

    /// <summary>Where IPv4 begins.</summary>
    public const int InternetAt = 14;

    private const byte Version4Length20 = 0x45;

    private readonly ulong _macAddresses;
    private readonly uint _moreOfThem;
    private readonly ushort _etherType;
    private readonly byte _versionAndLength;
    private readonly byte _trafficClass;
    private readonly ushort _totalLength;
    private readonly ushort _identification;
    private readonly ushort _fragment;
    private readonly byte _timeToLive;
    private readonly byte _protocol;
    private readonly ushort _checksum;
    private readonly ulong _addresses;

    /// <summary>True if that is what they are, TCP follows and the length says something; else they have to be walked.</summary>
    public bool AreThose =>
        NetworkOrder.Read(_etherType) == EtherTypes.IPv4 & _versionAndLength == Version4Length20 & _protocol == IPProtocols.Tcp
        & (NetworkOrder.Read(_fragment) & InternetHeader.AnyFragment) == 0 & TotalLength >= Length - InternetAt;

    /// <summary>Length of the datagram in bytes, as its header says.</summary>
    public int TotalLength => NetworkOrder.Read(_totalLength);
}
