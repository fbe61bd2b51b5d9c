using System.Buffers.Binary;

namespace TcpCapture.Model;

/// <summary>Reads the blocks of a segment's SACK option from its frame.</summary>
// A Segment holds only their number: few segments have any, and storing them would add 32 bytes to each.
internal static class SackBlocks
{
    public const int Max = 4; // the maximum that fits into the 40 bytes of TCP options
    private const int FixedHeaderLength = 20;
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;
    private const byte Sack = 5;
    private const int BlockLength = 8;

    /// <summary>Reads the blocks, in the order they were sent.</summary>
    /// <returns>The number of blocks written to <paramref name="ranges"/>; <see cref="Max"/> fit always.</returns>
    public static int Read(ReadOnlySpan<byte> frame, in Segment segment, Span<SackRange> ranges)
    {
        if (segment.Options.SackBlocks == 0) return 0;
        var options = Options(frame, segment.HeaderAt);
        var count = 0;
        while (options.Length >= 2 && options[0] != EndOfList)
        {
            if (options[0] == NoOperation)
            {
                options = options[1..];
                continue;
            }

            int length = options[1];
            if (length < 2 || length > options.Length) break;

            // As for Segment.Options, the last of two SACK options counts.
            var blocks = options[2..length];
            if (options[0] == Sack && blocks.Length > 0 && blocks.Length % BlockLength == 0) count = Copy(blocks, ranges);
            options = options[length..];
        }

        return count;
    }

    private static ReadOnlySpan<byte> Options(ReadOnlySpan<byte> frame, int headerAt)
    {
        if (headerAt <= 0 || headerAt > frame.Length - FixedHeaderLength) return default;
        var tcp = frame[headerAt..];
        var headerLength = Math.Min((tcp[12] >> 4) * 4, tcp.Length);
        return headerLength <= FixedHeaderLength ? default : tcp[FixedHeaderLength..headerLength];
    }

    private static int Copy(ReadOnlySpan<byte> blocks, Span<SackRange> ranges)
    {
        var count = Math.Min(blocks.Length / BlockLength, ranges.Length);
        for (var i = 0; i < count; i++)
        {
            var block = blocks.Slice(i * BlockLength, BlockLength);
            ranges[i] = new SackRange(BinaryPrimitives.ReadUInt32BigEndian(block), BinaryPrimitives.ReadUInt32BigEndian(block[4..]));
        }

        return count;
    }
}

/// <summary>A block of a SACK option (RFC 2018): bytes received out of order.</summary>
// Left: sequence number of the block's first byte.
internal readonly record struct SackRange(uint Left, uint Right);
