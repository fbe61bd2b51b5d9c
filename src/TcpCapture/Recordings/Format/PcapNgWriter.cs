using System.Buffers.Binary;
using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Model;
using static TcpCapture.CaptureFiles.PcapNg.PcapNgFormat;

namespace TcpCapture.Recordings.Format;

/// <summary>Writes pcapng blocks: little-endian, one section per file, times in nanoseconds. Not thread-safe.</summary>
// Blocks are built in a buffer that is written when full or on Flush; a frame needs no allocation.
internal sealed class PcapNgWriter(Stream stream, int bufferSize = 256 * 1024)
{
    private readonly PcapNgOptions _none = new();
    private byte[] _buffer = new byte[bufferSize];
    private int _used;
    private long _written;
    private int _interfaces;

    /// <summary>Bytes not yet written to the stream.</summary>
    public int Buffered => _used;

    public long Length => Volatile.Read(ref _written) + Volatile.Read(ref _used);

    public void Section(PcapNgOptions options)
    {
        var body = Block(PcapNgBlockType.SectionHeader, 16 + options.EncodedLength);
        BinaryPrimitives.WriteUInt32LittleEndian(body, ByteOrderMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(body[4..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(body[6..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], -1); // unknown in advance
        options.WriteTo(body[16..]);
    }

    /// <summary>Describes an interface and returns its number. Its times are in nanoseconds.</summary>
    public int Interface(int linkType, int snaplen, PcapNgOptions options)
    {
        options.TimestampDigits(9);
        var body = Block(PcapNgBlockType.InterfaceDescription, 8 + options.EncodedLength);
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)linkType);
        BinaryPrimitives.WriteUInt16LittleEndian(body[2..], 0);
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], snaplen);
        options.WriteTo(body[8..]);
        return _interfaces++;
    }

    public void Packet(int interfaceNumber, in Frame frame, PcapNgOptions? options = null)
    {
        options ??= _none;
        var bytes = frame.Bytes;
        var padded = Padded(bytes.Length);
        var body = Block(PcapNgBlockType.EnhancedPacket, 20 + padded + options.EncodedLength);
        BinaryPrimitives.WriteInt32LittleEndian(body, interfaceNumber);
        WriteTime(body[4..], frame.Time.Nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(body[12..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(body[16..], frame.OriginalLength);
        bytes.CopyTo(body[20..]);
        body[(20 + bytes.Length)..(20 + padded)].Clear();
        options.WriteTo(body[(20 + padded)..]);
    }

    public void Journal(JournalEntry entry)
    {
        var bytes = entry.Bytes;
        var body = Block(PcapNgBlockType.JournalEntry, Padded(bytes.Length));
        bytes.CopyTo(body);
        body[bytes.Length..].Clear();
    }

    /// <summary>Writes observations in a block that other programs skip.</summary>
    public void Observations(JournalEntry entry)
    {
        var mark = RecordingFormat.ObservationsMark;
        var bytes = entry.Bytes;
        var body = Block(RecordingFormat.Observations, mark.Length + Padded(bytes.Length));
        mark.CopyTo(body);
        bytes.CopyTo(body[mark.Length..]);
        body[(mark.Length + bytes.Length)..].Clear();
    }

    public void Statistics(int interfaceNumber, Timestamp time, PcapNgOptions options)
    {
        var body = Block(PcapNgBlockType.InterfaceStatistics, 12 + options.EncodedLength);
        BinaryPrimitives.WriteInt32LittleEndian(body, interfaceNumber);
        WriteTime(body[4..], time.Nanoseconds);
        options.WriteTo(body[12..]);
    }

    /// <summary>Writes the buffered blocks to the stream.</summary>
    /// <exception cref="IOException">The stream could not be written.</exception>
    public void Flush()
    {
        var length = _used;
        _used = 0; // also if the write fails: a retry could write a part of it twice
        Volatile.Write(ref _written, _written + length);
        if (length > 0) stream.Write(_buffer, 0, length);
        stream.Flush();
    }

    /// <summary>Writes a time as in blocks and options: the upper 32 bits first, each half in the file's byte order.</summary>
    internal static void WriteTime(Span<byte> destination, long nanoseconds)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, (int)(nanoseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)nanoseconds);
    }

    private Span<byte> Block(PcapNgBlockType type, int bodyLength)
    {
        var total = bodyLength + BlockOverhead;
        if (total > MaxBlockLength)
        {
            throw new RecordingException(
                $"A block of {total} bytes is longer than the maximum of {MaxBlockLength} bytes. Lower the snaplen.");
        }

        if (total > _buffer.Length - _used)
        {
            Flush();
            if (total > _buffer.Length) _buffer = new byte[total];
        }

        var block = _buffer.AsSpan(_used, total);
        _used += total;
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)type);
        BinaryPrimitives.WriteInt32LittleEndian(block[4..], total);
        BinaryPrimitives.WriteInt32LittleEndian(block[(total - 4)..], total);
        return block.Slice(8, bodyLength);
    }
}
