using System.Runtime.InteropServices;
using TcpCapture.CaptureFiles.Bytes;
using TcpCapture.Model;
using static TcpCapture.CaptureFiles.Pcap.PcapFormat;

namespace TcpCapture.CaptureFiles.Pcap;

/// <summary>A pcap file: both byte orders, micro- and nanoseconds, the "modified" format, versions 2.x.</summary>
// An impossible record length ends the reading: searching for the next record would be guessing.
internal sealed class PcapFile : RecordFile
{
    private readonly PcapHeader _header;

    public PcapFile(string name, PcapHeader header, ContentBytes bytes)
        : base(name, bytes)
    {
        _header = header;
        Input.StartWith(default, FileHeaderLength);
    }

    public override int Interfaces => 1;
    public override long Tick => _header.NanosecondsPerUnit;

    protected override int Take(FrameBatch batch)
    {
        var (linkType, headerLength) = (_header.LinkType, _header.RecordHeaderLength);
        var isUsual = !_header.IsReversed && !_header.LengthsMayBeSwapped;
        long nanoseconds = _header.NanosecondsPerUnit;
        var available = Input.Available;
        var start = Input.Start + headerLength;
        var room = batch.Room;
        var (count, at, needed) = (0, 0, 0);
        for (; count < room.Length; count++)
        {
            var left = available.Length - at;
            if (left < headerLength)
            {
                needed = headerLength;
                break;
            }

            ref readonly var stored = ref MemoryMarshal.AsRef<PcapRecordHeader>(available[at..]);
            var (seconds, fraction, captured, original) = (stored.Seconds, stored.Fraction, stored.CapturedLength, stored.OriginalLength);
            if (!isUsual) (seconds, fraction, captured, original) = _header.Correct(stored);
            if (captured > MaxFrameLength)
            {
                Keep(batch, count, at);
                throw Impossible(captured);
            }

            var length = headerLength + (int)captured;
            if (left < length)
            {
                needed = length;
                break;
            }

            room[count] = new FrameEntry(
                new Timestamp(seconds * 1_000_000_000L + fraction * nanoseconds), linkType,
                (int)Math.Min(original, int.MaxValue), start + at, (int)captured);
            at += length;
        }

        Keep(batch, count, at);
        return needed;
    }

    private void Keep(FrameBatch batch, int count, int length)
    {
        batch.Add(count);
        Input.Skip(length);
    }

    private DamagedFileException Impossible(uint captured) => new(
        Input.Offset, $"the record there has a frame length of {captured} bytes, above the maximum of {MaxFrameLength} bytes");
}
