using System.Buffers.Binary;

namespace TcpCapture.Tests.Recordings;

/// <summary>
/// What is left of a file that Wireshark 4.0 saves again: sections, interfaces, frames and journal entries. Statistics go, and
/// so do blocks it does not know. WiresharkAgreementTests holds this against the real one.
/// </summary>
internal static class SavedByWireshark
{
    private const uint Frame = 6;

    /// <summary>The file as it would be saved, without the rows that <paramref name="deletes"/> names, by number from 1.</summary>
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

    /// <summary>The blocks of a file, as many of a type as it holds.</summary>
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
