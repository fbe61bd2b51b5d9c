using static TcpCapture.CaptureFiles.PcapNg.PcapNgFormat;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>Reads pcapng block by block, with options. Unknown blocks are skipped, except blocks for local use.</summary>
internal sealed class PcapNgReader(Stream stream, int bufferSize = 64 * 1024)
{
    private const uint LocalUse = 0x80000000; // set in block types for local use (section 4.1 of the format)

    private readonly BlockStream _input = new(stream, bufferSize);
    private readonly PcapNgSection _section = new();
    private int _blockLength;

    /// <summary>File offset of the last block, read or not.</summary>
    public long Offset => _input.Offset;

    /// <summary>Offset of an incomplete block at the end of the file; null if there is none.</summary>
    public long? CutOffAt { get; private set; }

    /// <summary>Reads the next block; false at the end of the file or before an incomplete block.</summary>
    /// <exception cref="DamagedFileException">The file is damaged or not pcapng.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool Next(out PcapNgBlock block)
    {
        while (ReadBlock(out var type))
        {
            var body = _section.Body(_input.Available[.._blockLength], Offset);
            switch (type)
            {
                case PcapNgBlockType.SectionHeader:
                    _section.TakeSection(body, Offset);
                    block = Block(type, options: body[16..]);
                    return true;
                case PcapNgBlockType.InterfaceDescription:
                    _section.TakeInterface(body, Offset);
                    block = Block(type, options: body[8..]) with { Interface = _section.Interfaces.Count - 1 };
                    return true;
                case PcapNgBlockType.EnhancedPacket or PcapNgBlockType.SimplePacket or PcapNgBlockType.ObsoletePacket:
                    block = Packet(type, body);
                    return true;
                case PcapNgBlockType.InterfaceStatistics:
                    var number = _section.StatisticsInterface(body, Offset);
                    block = Block(type, options: body[12..]) with { Interface = number };
                    return true;
                case PcapNgBlockType.JournalEntry:
                case >= (PcapNgBlockType)LocalUse:
                    block = Block(type, options: default) with { Entry = body };
                    return true;
            }
        }

        block = default;
        return false;
    }

    private bool ReadBlock(out PcapNgBlockType type)
    {
        type = default;
        if (CutOffAt is not null) return false;
        _input.Skip(_blockLength);
        _blockLength = 0;
        if (!_input.Ensure(BlockOverhead)) return EndOfFile();
        type = _section.Header(_input.Available, Offset, out var length);
        if (!_input.Ensure(length)) return EndOfFile();
        _blockLength = length;
        return true;
    }

    private bool EndOfFile()
    {
        if (!_input.Available.IsEmpty) CutOffAt = Offset;
        return false;
    }

    private PcapNgBlock Packet(PcapNgBlockType type, ReadOnlySpan<byte> body)
    {
        var packet = _section.Packet(type, body, Offset);
        var isSimple = type == PcapNgBlockType.SimplePacket;
        var options = isSimple ? body.Length : Math.Min(packet.Start + Padded(packet.Length), body.Length);
        return Block(type, body[options..]) with
        {
            Interface = packet.Interface,
            IsPacket = true,
            HasTime = !isSimple,
            Frame = packet.In(body),
        };
    }

    private PcapNgBlock Block(PcapNgBlockType type, ReadOnlySpan<byte> options) =>
        new() { Type = type, Offset = Offset, BigEndian = _section.BigEndian, OptionBytes = options };
}

/// <summary>A buffer over a stream. It grows only as bytes arrive, so a false length costs no memory.</summary>
internal sealed class BlockStream(Stream stream, int bufferSize)
{
    private byte[] _buffer = new byte[bufferSize];
    private int _start;
    private int _end;

    /// <summary>Stream offset of the buffered bytes.</summary>
    public long Offset { get; private set; }

    public ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads until <paramref name="length"/> bytes are available; false if the stream ends first.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public bool Ensure(int length)
    {
        if (_end - _start >= length) return true;
        if (length > _buffer.Length - _start)
        {
            Available.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < length)
        {
            if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    public void Skip(int length)
    {
        _start += length;
        Offset += length;
    }
}
