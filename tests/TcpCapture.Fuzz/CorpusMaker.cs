using System.Buffers.Binary;

namespace TcpCapture.Fuzz;

/// <summary>Writes the initial corpus: one small file for each format and link layer.</summary>
internal static class CorpusMaker
{
    private const uint Microseconds = 0xA1B2C3D4;
    private const uint Nanoseconds = 0xA1B23C4D;
    private const uint Modified = 0xA1B2CD34;

    public static void Write(string folder)
    {
        foreach (var (name, linkType, frame) in CorpusFrames.All()) Save($"link-{name}.pcap", Pcap(Nanoseconds, false, 4, linkType, frame));
        var (_, ethernet, first) = CorpusFrames.All().First();
        var pcap = Pcap(Microseconds, false, 4, ethernet, first, first);
        Save("little-endian.pcap", pcap);
        Save("big-endian.pcap", Pcap(Microseconds, true, 4, ethernet, first, first));
        Save("nanoseconds-big-endian.pcap", Pcap(Nanoseconds, true, 4, ethernet, first));
        Save("modified.pcap", Pcap(Modified, false, 4, ethernet, first, first));
        Save("version-2.2.pcap", Pcap(Microseconds, true, 2, ethernet, first));
        Save("version-2.3.pcap", Pcap(Microseconds, false, 3, ethernet, first));
        Save("little-endian.pcapng", PcapNg(false, first));
        Save("big-endian.pcapng", PcapNg(true, first));
        Save("two-sections.pcapng", [.. PcapNg(false, first), .. PcapNg(true, first)]);
        Save("little-endian.pcap.gz", Compression.Gzip(pcap));
        Save("two-members.pcap.gz", [.. Compression.Gzip(pcap[..50]), .. Compression.Gzip(pcap[50..])]);
        Save("little-endian.pcap.zst", Compression.Zstandard(pcap));
        Save("two-frames.pcapng.zst", [.. Compression.Zstandard(PcapNg(false, first)), .. Compression.Zstandard(PcapNg(true, first))]);
        Save("options-syn", [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 0, 1, 3, 3, 7]);
        Save("options-sack", [1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9, 1, 1, 5, 18, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0, 20, 0]);
        Save("options-fast-open-md5-mptcp", [34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 30, 4, 1, 2, 28, 4, 0, 9, 0, 0]);

        void Save(string name, byte[] content) => File.WriteAllBytes(Path.Combine(folder, name), content);
    }

    private static byte[] Pcap(uint magic, bool bigEndian, ushort minor, int linkType, params byte[][] frames)
    {
        var file = new List<byte>([.. U32(magic), .. U16(2), .. U16(minor), .. new byte[8], .. U32(262_144), .. U32((uint)linkType)]);
        for (uint i = 0; i < frames.Length; i++)
        {
            var length = U32((uint)frames[i].Length);
            file.AddRange([.. U32(1_700_000_000), .. U32(i), .. length, .. length]);
            if (magic == Modified) file.AddRange(new byte[8]);
            file.AddRange(frames[i]);
        }

        return [.. file];

        byte[] U16(ushort value) => CorpusMaker.U16(value, bigEndian);
        byte[] U32(uint value) => CorpusMaker.U32(value, bigEndian);
    }

    /// <summary>A block of each kind, with options.</summary>
    private static byte[] PcapNg(bool bigEndian, byte[] frame)
    {
        byte[] padded = [.. frame, .. new byte[-frame.Length & 3]];
        byte[] comment = [.. U16(1), .. U16(5), .. "hello"u8, 0, 0, 0, .. U32(0)];
        return
        [
            .. Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D), .. U16(1), .. U16(0), .. U32(uint.MaxValue), .. U32(uint.MaxValue), .. comment]),
            .. Block(1, [.. U16(1), .. U16(0), .. U32(96), .. U16(9), .. U16(1), 9, 0, 0, 0, .. U16(14), .. U16(8), .. U32(0), .. U32(0), .. U32(0)]),
            .. Block(1, [.. U16(1), .. U16(0), .. U32(0), .. U16(9), .. U16(1), 0x94, 0, 0, 0, .. U32(0)]),
            .. Block(6, [.. U32(0), .. U32(0x17979CFE), .. U32(7), .. U32((uint)frame.Length), .. U32(1500), .. padded, .. comment]),
            .. Block(6, [.. U32(1), .. U32(0x10), .. U32(7), .. U32((uint)frame.Length), .. U32((uint)frame.Length), .. padded]),
            .. Block(3, [.. U32((uint)frame.Length), .. padded]),
            .. Block(2, [.. U16(1), .. U16(0), .. U32(0), .. U32(7), .. U32((uint)frame.Length), .. U32(1500), .. padded]),
            .. Block(9, "MESSAGE=hi\nB\n\u0001\0\0\0\0\0\0\0x\n\0"u8.ToArray()[..24]),
            .. Block(0x80544350, "TcpCapt\u0001A=b\n"u8.ToArray()),
            .. Block(5, [.. U32(0), .. U32(0), .. U32(0), .. comment]),
            .. Block(0xBAD, [1, 2, 3, 4]),
        ];

        byte[] Block(uint type, byte[] body) => [.. U32(type), .. U32((uint)body.Length + 12), .. body, .. U32((uint)body.Length + 12)];
        byte[] U16(ushort value) => CorpusMaker.U16(value, bigEndian);
        byte[] U32(uint value) => CorpusMaker.U32(value, bigEndian);
    }

    private static byte[] U16(ushort value, bool bigEndian)
    {
        var bytes = new byte[2];
        if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] U32(uint value, bool bigEndian)
    {
        var bytes = new byte[4];
        if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
