using System.Buffers.Binary;

namespace TcpCapture.Benchmarks;

/// <summary>Writes capture files of many equal frames, without the measured code.</summary>
internal static class CaptureFileMaker
{
    private const long Start = 1_795_000_000;
    private const int StepNanoseconds = 1000;

    /// <summary>A pcap file with nanoseconds.</summary>
    public static void WritePcap(string path, int frames, int length)
    {
        using var file = Create(path);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B23C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 262_144);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        file.Write(header);

        var record = new byte[16 + length];
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), length);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), length);
        for (var i = 0; i < frames; i++)
        {
            var (seconds, nanoseconds) = Math.DivRem((long)i * StepNanoseconds, 1_000_000_000);
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(Start + seconds));
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), (uint)nanoseconds);
            file.Write(record);
        }
    }

    /// <summary>A pcapng file with microseconds, as Wireshark writes it; frame lengths are multiples of 4.</summary>
    public static void WritePcapNg(string path, int frames, int length)
    {
        using var file = Create(path);
        file.Write([0x0A, 0x0D, 0x0D, 0x0A, 28, 0, 0, 0, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, .. new byte[8].Select(_ => (byte)0xFF), 28, 0, 0, 0]);
        file.Write([1, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 4, 0, 20, 0, 0, 0]);
        var block = new byte[32 + length];
        BinaryPrimitives.WriteInt32LittleEndian(block, 6);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), block.Length);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(20), length);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(24), length);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(28 + length), block.Length);
        for (var i = 0; i < frames; i++)
        {
            var time = Start * 1_000_000 + i;
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(12), (uint)(time >> 32));
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(16), (uint)time);
            file.Write(block);
        }
    }

    private static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
}
