using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Capture;

/// <summary>
/// Walks a TCP header's option list. Every step goes forward by one byte at least, so no list makes it loop; an option
/// of a known kind with a length that kind does not have is passed over.
/// </summary>
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

    /// <summary>Reads the options.</summary>
    /// <param name="options">The bytes between the fixed header and the payload.</param>
    public static TcpOptions Read(ReadOnlySpan<byte> options)
    {
        var result = default(TcpOptions);
        while (!options.IsEmpty && options[0] != EndOfList)
        {
            if (options[0] == NoOperation)
            {
                options = options[1..];
                continue;
            }

            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
                return result with { Malformed = true };
            result = Add(result, options[0], options[2..options[1]]);
            options = options[options[1]..];
        }

        return result;
    }

    private static TcpOptions Add(in TcpOptions options, byte kind, ReadOnlySpan<byte> value) => (kind, value.Length) switch
    {
        (MaximumSegmentSize, 2) => options with { Mss = BinaryPrimitives.ReadUInt16BigEndian(value) },
        (WindowScale, 1) => options with { WindowScale = value[0] },
        (SackPermitted, 0) => options with { SackPermitted = true },
        (Sack, > 0) when value.Length % SackBlockLength == 0 =>
            options with { SackBlocks = (byte)(value.Length / SackBlockLength) },
        (Timestamps, 8) => options with
        {
            HasTimestamps = true,
            TsVal = BinaryPrimitives.ReadUInt32BigEndian(value),
            TsEcr = BinaryPrimitives.ReadUInt32BigEndian(value[4..]),
        },
        _ => options,
    };
}
