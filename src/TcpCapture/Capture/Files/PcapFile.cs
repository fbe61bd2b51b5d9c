using System.Buffers.Binary;
using TcpCapture.Model;
using static TcpCapture.Capture.Files.PcapFormat;

namespace TcpCapture.Capture.Files;

/// <summary>
/// A pcap file: both byte orders, micro- and nanoseconds, the "modified" format, versions 2.x. A record whose length cannot be
/// true ends the reading: to look for the next one would be to guess.
/// </summary>
internal sealed class PcapFile : RecordFile
{
    private readonly PcapHeader _header;

    /// <param name="name">What people call it.</param>
    /// <param name="header">Its header, which was read.</param>
    /// <param name="bytes">What follows.</param>
    public PcapFile(string name, PcapHeader header, ContentBytes bytes)
        : base(name, bytes)
    {
        _header = header;
        Input.StartWith(default, FileHeaderLength);
    }

    /// <inheritdoc/>
    public override int Interfaces => 1;

    /// <inheritdoc/>
    public override long Tick => _header.NanosecondsPerUnit;

    /// <inheritdoc/>
    protected override int Take(FrameBatch batch)
    {
        var header = _header;
        var available = Input.Available;
        var at = 0;
        var needed = 0;
        while (!batch.IsFull)
        {
            var record = available[at..];
            needed = header.RecordHeaderLength;
            if (record.Length < needed) break;
            var captured = UInt32(record[8..], header.BigEndian);
            var original = UInt32(record[12..], header.BigEndian);
            if (header.LengthsMayBeSwapped && (header.LengthsAreSwapped || captured > original))
                (captured, original) = (original, captured);
            if (captured > MaxFrameLength) throw Impossible(captured, at);
            needed += (int)captured;
            if (record.Length < needed) break;

            var time = UInt32(record, header.BigEndian) * 1_000_000_000L + UInt32(record[4..], header.BigEndian) * header.NanosecondsPerUnit;
            batch.Add(new FrameEntry(
                new Timestamp(time), header.LinkType, (int)Math.Min(original, int.MaxValue),
                Input.Start + at + header.RecordHeaderLength, (int)captured));
            at += needed;
            needed = 0;
        }

        Input.Skip(at);
        return needed;
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    /// <summary>Leaves the input before the record, for what of it is not read.</summary>
    private DamagedFileException Impossible(uint captured, int at)
    {
        Input.Skip(at);
        return new DamagedFileException(
            Input.Offset, $"the record there claims a frame of {captured} bytes, and {MaxFrameLength} are the most there can be");
    }
}
