using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.Decoding;

/// <summary>Walks a TCP header's option list. An option of a known kind with a wrong length is skipped.</summary>
internal static class TcpOptionsReader
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;
    private const byte MaximumSegmentSize = 2;
    private const byte WindowScale = 3;
    private const byte SackPermitted = 4;
    private const byte Sack = 5;
    private const byte Timestamps = 8;
    private const int SackBlockLength = 8;

    /// <summary>The usual options: two bytes of padding and timestamps (RFC 7323 appendix A).</summary>
    private const uint PaddedTimestamps = NoOperation << 24 | NoOperation << 16 | Timestamps << 8 | 10;
    private const int PaddedTimestampsLength = 12;

    /// <summary>Reads the options: the bytes between the fixed header and the payload.</summary>
    public static TcpOptions Read(ReadOnlySpan<byte> options)
    {
        Read(options, out var read);
        return read;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Read(ReadOnlySpan<byte> options, out TcpOptions read)
    {
        if (options.Length == PaddedTimestampsLength && BinaryPrimitives.ReadUInt32BigEndian(options) == PaddedTimestamps)
            TcpOptions.WithTimestamps(
                BinaryPrimitives.ReadUInt32BigEndian(options[4..]), BinaryPrimitives.ReadUInt32BigEndian(options[8..]), out read);
        else
            Walk(options, out read);
    }

    // Collects into variables: copying the struct for each option costs more than reading the option.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Walk(ReadOnlySpan<byte> options, out TcpOptions read)
    {
        ushort? mss = null;
        byte? windowScale = null;
        byte sackBlocks = 0;
        uint tsVal = 0, tsEcr = 0;
        bool sackPermitted = false, hasTimestamps = false, malformed = false;
        while (!options.IsEmpty && options[0] != EndOfList)
        {
            if (options[0] == NoOperation)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                malformed = true;
                break;
            }

            var value = options[2..options[1]];
            switch (options[0])
            {
                case MaximumSegmentSize when value.Length == 2:
                    mss = BinaryPrimitives.ReadUInt16BigEndian(value);
                    break;
                case WindowScale when value.Length == 1:
                    windowScale = value[0];
                    break;
                case SackPermitted when value.Length == 0:
                    sackPermitted = true;
                    break;
                case Sack when value.Length > 0 && value.Length % SackBlockLength == 0:
                    sackBlocks = (byte)(value.Length / SackBlockLength);
                    break;
                case Timestamps when value.Length == 8:
                    hasTimestamps = true;
                    tsVal = BinaryPrimitives.ReadUInt32BigEndian(value);
                    tsEcr = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
                    break;
            }

            options = options[options[1]..];
        }

        read = new TcpOptions
        {
            Mss = mss,
            WindowScale = windowScale,
            SackPermitted = sackPermitted,
            SackBlocks = sackBlocks,
            HasTimestamps = hasTimestamps,
            TsVal = tsVal,
            TsEcr = tsEcr,
            Malformed = malformed,
        };
    }
}
