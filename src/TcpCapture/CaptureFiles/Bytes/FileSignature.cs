using System.Buffers.Binary;
using TcpCapture.CaptureFiles.Pcap;

namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>Identifies a file by its first bytes.</summary>
internal static class FileSignature
{
    private const uint PcapNgSection = 0x0A0D0D0A;
    private const uint Zstandard = 0xFD2FB528;
    private const uint ZstandardSkippable = 0x184D2A50; // to ...5F
    private const ushort Gzip = 0x8B1F;

    public static FileKind Of(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(head) == Gzip) return FileKind.Gzip;
        if (head.Length < 4) return FileKind.Unknown;
        if (PcapFormat.IsMagic(head)) return FileKind.Pcap;
        return BinaryPrimitives.ReadUInt32LittleEndian(head) switch
        {
            PcapNgSection => FileKind.PcapNg,
            Zstandard => FileKind.Zstandard,
            >= ZstandardSkippable and <= ZstandardSkippable + 15 => FileKind.Zstandard,
            _ => FileKind.Unknown,
        };
    }

    /// <summary>The name of another tool's capture format, with an article; null for none. editcap converts all of them.</summary>
    public static string? OtherCapture(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("snoop\0\0\0"u8)) return "a snoop capture";
        if (head.StartsWith("btsnoop\0"u8)) return "a btsnoop capture of Bluetooth";
        if (head.StartsWith("GMBU"u8) || head.StartsWith("RTSS"u8)) return "a capture of Microsoft Network Monitor";
        if (head.StartsWith("TRSNIFF data"u8)) return "a capture of Sniffer";
        if (head.StartsWith("XCP\0"u8)) return "a capture of NetXRay or Sniffer";
        if (head.StartsWith("iptrace "u8)) return "an iptrace capture of AIX";
        if (head.StartsWith("\u0005VNF"u8)) return "a capture of Visual Networks";
        if (head.StartsWith("\u007Fver"u8)) return "a capture of EtherPeek or OmniPeek";
        return IsExtensibleRecord(head) ? "an ERF capture of a DAG card, as it seems" : null;
    }

    // ERF has no signature: a record begins with its time (the upper half in seconds), its type, and its and the frame's lengths.
    private static bool IsExtensibleRecord(ReadOnlySpan<byte> head)
    {
        const int headerLength = 16, maxType = 48, maxMore = 64;
        const uint year1995 = 788_918_400, year2060 = 2_840_140_800;
        if (head.Length < headerLength) return false;
        var seconds = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        var (type, length, original) =
            (head[8] & 0x7F, BinaryPrimitives.ReadUInt16BigEndian(head[10..]), BinaryPrimitives.ReadUInt16BigEndian(head[14..]));
        return seconds is >= year1995 and < year2060 && type is > 0 and <= maxType
            && length > headerLength && original > 0 && length <= headerLength + original + maxMore;
    }

    /// <summary>The likely format of a file that cannot be read, and what to do.</summary>
    public static string Advice(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z']))
            return "it is compressed with xz: decompress it first (xz -dk)";
        if (head.StartsWith("BZh"u8)) return "it is compressed with bzip2: decompress it first (bzip2 -dk)";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4D, 0x18]))
            return "it is compressed with lz4: decompress it first (lz4 -dk)";
        if (head.StartsWith("PK\u0003\u0004"u8)) return "it is a zip archive: unpack it first";
        return IsText(head)
            ? "it looks like text; give a pcap or pcapng file, as tcpdump -w or Wireshark write it"
            : $"its first bytes, {Convert.ToHexStringLower(head[..Math.Min(head.Length, 4)])}, match no known format; " +
                "give a pcap or pcapng file, or convert it first (editcap -F pcapng)";
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (var value in head)
        {
            if (value is < 0x20 and not (byte)'\t' and not (byte)'\n' and not (byte)'\r' or 0x7F) return false;
        }

        return true;
    }
}

internal enum FileKind
{
    Unknown,
    Pcap,
    PcapNg,
    Gzip,
    Zstandard,
}
