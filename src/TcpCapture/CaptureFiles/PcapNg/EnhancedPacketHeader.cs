using System.Runtime.InteropServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>How an enhanced packet block of a pcapng file begins, as it lies in the file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct EnhancedPacketHeader(
    uint Type, uint Length, uint Interface, uint TimeHigh, uint TimeLow, uint CapturedLength, uint OriginalLength)
{
    /// <summary>Its length in the file.</summary>
    public const int Size = 28;

    /// <summary>The same in the other byte order.</summary>
    public EnhancedPacketHeader Reversed() => new(
        ReverseEndianness(Type), ReverseEndianness(Length), ReverseEndianness(Interface), ReverseEndianness(TimeHigh),
        ReverseEndianness(TimeLow), ReverseEndianness(CapturedLength), ReverseEndianness(OriginalLength));
}
