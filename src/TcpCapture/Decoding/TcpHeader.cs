using System.Runtime.InteropServices;

namespace TcpCapture.Decoding;

/// <summary>The fixed part of a TCP header as it lies in a frame (RFC 9293 section 3.1).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly struct TcpHeader
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 20;

    private readonly ushort _sourcePort;
    private readonly ushort _destinationPort;
    private readonly uint _seq;
    private readonly uint _ack;
    private readonly ushort _offsetAndFlags;
    private readonly ushort _window;
    private readonly ushort _checksum;
    private readonly ushort _urgentPointer;

    public ushort SourcePort => NetworkOrder.Read(_sourcePort);

    public ushort DestinationPort => NetworkOrder.Read(_destinationPort);

    public uint Seq => NetworkOrder.Read(_seq);

    public uint Ack => NetworkOrder.Read(_ack);

    /// <summary>The length of the header in words of 32 bits, in the highest four bits, and the control bits in the lowest nine.</summary>
    public int OffsetAndFlags => NetworkOrder.Read(_offsetAndFlags);

    public ushort Window => NetworkOrder.Read(_window);
}
