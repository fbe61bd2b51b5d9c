using System.Buffers.Binary;

namespace TcpCapture.Tests.Recordings;

/// <summary>The parts of a file that Wireshark 4.0 keeps when it saves it: sections, interfaces, frames and journal entries.</summary>
// It drops statistics and unknown blocks. WiresharkAgreementTests compares this with the real program.
internal static class SavedByWireshark
{
    private const uint Frame = 6;

    /// <summary>The saved file, without the rows in <paramref name="deletes"/> (numbered from 1).</summary>
    public static byte[] Save(byte[] file, Func<int, bool>? deletes = null)
    {
        var saved = new List<byte>();
        var row = 0;
        foreach (var block in Blocks(file))
        {
            var type = BinaryPrimitives.ReadUInt32LittleEndian(block);
            var isRow = type is Frame or 9;
            if (isRow) row++;
            if (isRow ? deletes?.Invoke(row) != true : type is 0x0A0D0D0A or 1) saved.AddRange(block);
        }

        return [.. saved];
    }

    public static int Count(byte[] file, uint type) =>
        Blocks(file).Count(block => BinaryPrimitives.ReadUInt32LittleEndian(block) == type);

    private static IEnumerable<byte[]> Blocks(byte[] file)
    {
        for (var offset = 0; offset < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(offset + 4));
            yield return file[offset..(offset + length)];
            offset += length;
        }
    }
}
