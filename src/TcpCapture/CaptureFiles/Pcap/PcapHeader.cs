using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpCapture.Decoding.Link;
using static System.Buffers.Binary.BinaryPrimitives;
using static TcpCapture.CaptureFiles.Pcap.PcapFormat;

namespace TcpCapture.CaptureFiles.Pcap;

internal readonly record struct PcapHeader
{
    public required bool IsReversed { get; init; } // true if the byte order differs from this machine's
    public required int Major { get; init; }
    public required int Minor { get; init; }
    public required int LinkType { get; init; } // LINKTYPE_ value
    public required int NanosecondsPerUnit { get; init; } // 1000 or 1
    public required int RecordHeaderLength { get; init; }

    /// <summary>Before 2.3 the original length came first; 2.3 has either order.</summary>
    public bool LengthsMayBeSwapped => Minor <= 3;

    /// <summary>Corrects a record header's byte order and the order of its lengths.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // rare
    public PcapRecordHeader Correct(in PcapRecordHeader stored)
    {
        var header = IsReversed ? stored.Reversed() : stored;
        var areSwapped = Minor < 3 || (Minor == 3 && header.CapturedLength > header.OriginalLength);
        return areSwapped ? header with { CapturedLength = header.OriginalLength, OriginalLength = header.CapturedLength } : header;
    }

    /// <summary>Reads a file's first <see cref="FileHeaderLength"/> bytes, whose magic is known.</summary>
    public static PcapHeader Read(ReadOnlySpan<byte> bytes)
    {
        var bigEndian = BinaryPrimitives.ReadUInt32BigEndian(bytes) is Microseconds or Nanoseconds or Modified;
        var magic = UInt32(bytes);
        return new PcapHeader
        {
            IsReversed = bigEndian == BitConverter.IsLittleEndian,
            Major = UInt16(bytes[4..]),
            Minor = UInt16(bytes[6..]),
            // The upper half describes the frame check sequence.
            LinkType = LinkTypes.FromDlt((int)(UInt32(bytes[20..]) & 0xFFFF)),
            NanosecondsPerUnit = magic == Nanoseconds ? 1 : 1000,
            RecordHeaderLength = magic == Modified ? ModifiedRecordHeaderLength : PcapFormat.RecordHeaderLength,
        };

        ushort UInt16(ReadOnlySpan<byte> at) =>
            bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
        uint UInt32(ReadOnlySpan<byte> at) =>
            bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
    }
}

/// <summary>The header of a pcap record as in the file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PcapRecordHeader(uint Seconds, uint Fraction, uint CapturedLength, uint OriginalLength)
{
    public PcapRecordHeader Reversed() => new(
        ReverseEndianness(Seconds), ReverseEndianness(Fraction), ReverseEndianness(CapturedLength), ReverseEndianness(OriginalLength));
}
