using System.Runtime.InteropServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace TcpCapture.CaptureFiles.Pcap;

/// <summary>How a record of a pcap file begins, as it lies in the file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PcapRecordHeader(uint Seconds, uint Fraction, uint CapturedLength, uint OriginalLength)
{
    /// <summary>The same in the other byte order.</summary>
    public PcapRecordHeader Reversed() => new(
        ReverseEndianness(Seconds), ReverseEndianness(Fraction), ReverseEndianness(CapturedLength), ReverseEndianness(OriginalLength));
}
