using System.Buffers.Binary;
using TcpCapture.Model;
using static TcpCapture.Recordings.PcapNgFormat;

namespace TcpCapture.Recordings;

/// <summary>
/// Reads pcapng block by block: both byte orders, several sections and interfaces, any time resolution. Blocks of unknown
/// kind are skipped. No length in the file is believed before it is checked, and memory is bounded by the longest block.
/// </summary>
internal sealed class PcapNgReader(Stream stream, string name, int bufferSize = 64 * 1024)
{
    private const int MaxInterfaces = 65536;

    private readonly BlockStream _input = new(stream, name, bufferSize);
    private readonly List<PcapNgInterface> _interfaces = [];
    private int _blockLength;
    private bool _bigEndian;
    private bool _inSection;

    /// <summary>Where the block begins that the end of the file cuts in two; null if the file ends between blocks.</summary>
    public long? CutOffAt { get; private set; }

    /// <summary>The interfaces of the section described so far.</summary>
    public IReadOnlyList<PcapNgInterface> Interfaces => _interfaces;

    /// <summary>The next block; false at the end of the file, or before a block that is not there whole.</summary>
    /// <exception cref="RecordingException">This is no pcapng file, or it is damaged.</exception>
    public bool Next(out PcapNgBlock block)
    {
        while (ReadBlock(out var type))
        {
            var body = _input.Available[8..(_blockLength - 4)];
            switch (type)
            {
                case PcapNgBlockType.SectionHeader:
                    _interfaces.Clear();
                    block = Section(body);
                    return true;
                case PcapNgBlockType.InterfaceDescription:
                    block = Interface(body);
                    return true;
                case PcapNgBlockType.EnhancedPacket:
                    block = EnhancedPacket(body);
                    return true;
                case PcapNgBlockType.SimplePacket:
                    block = SimplePacket(body);
                    return true;
                case PcapNgBlockType.ObsoletePacket:
                    block = ObsoletePacket(body);
                    return true;
                case PcapNgBlockType.InterfaceStatistics:
                    block = Statistics(body);
                    return true;
                case PcapNgBlockType.JournalEntry:
                    block = Entry(type, body);
                    return true;
                case PcapNgBlockType.Observations when IsOurs(body):
                    block = Entry(type, body[ObservationsMark.Length..]);
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

        var header = _input.Available;
        var isSection = BinaryPrimitives.ReadUInt32LittleEndian(header) == (uint)PcapNgBlockType.SectionHeader;
        if (isSection) _bigEndian = ByteOrder(header[8..]);
        else if (!_inSection) throw NotPcapNg(header);
        _inSection = true;

        type = (PcapNgBlockType)UInt32(header);
        var length = UInt32(header[4..]);
        if (length < BlockOverhead || (length & 3) != 0) throw Damaged($"its length, {length}, is none that a block can have");
        if (length > MaxBlockLength) throw Damaged($"its length, {length}, is beyond the {MaxBlockLength} bytes allowed");
        if (!_input.Ensure((int)length)) return EndOfFile();

        var second = UInt32(_input.Available[((int)length - 4)..]);
        if (second != length) throw Damaged($"it says {length} bytes at its begin and {second} at its end");
        _blockLength = (int)length;
        return true;
    }

    private bool EndOfFile()
    {
        var rest = _input.Available;
        if (rest.IsEmpty && _input.Offset == 0)
            throw new RecordingException($"{name} is empty, so there is nothing to read: give another file.");
        if (!_inSection && rest.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(rest) != (uint)PcapNgBlockType.SectionHeader)
            throw NotPcapNg(rest);
        if (!rest.IsEmpty) CutOffAt = _input.Offset;
        return false;
    }

    private PcapNgBlock Section(ReadOnlySpan<byte> body)
    {
        Need(body, 16);
        var version = UInt16(body[4..]);
        if (version != 1) throw Damaged($"its format version is {version}, and only 1 is known");
        return new PcapNgBlock
        {
            Type = PcapNgBlockType.SectionHeader,
            Offset = _input.Offset,
            BigEndian = _bigEndian,
            OptionBytes = body[16..],
        };
    }

    private PcapNgBlock Interface(ReadOnlySpan<byte> body)
    {
        Need(body, 8);
        if (_interfaces.Count == MaxInterfaces) throw Damaged($"it describes more than {MaxInterfaces} interfaces");
        var block = new PcapNgBlock
        {
            Type = PcapNgBlockType.InterfaceDescription,
            Offset = _input.Offset,
            BigEndian = _bigEndian,
            Interface = _interfaces.Count,
            OptionBytes = body[8..],
        };

        var unit = TimestampUnit.Default;
        var options = block.Options;
        while (options.Next(out var code, out var value))
        {
            if (code == InterfaceTimestampResolution && value.Length == 1) unit = unit with { Resolution = value[0] };
            if (code == InterfaceTimestampOffset && value.Length == 8) unit = unit with { OffsetSeconds = Int64(value) };
        }

        _interfaces.Add(new PcapNgInterface(UInt16(body), UInt32(body[4..]), unit));
        return block;
    }

    private PcapNgBlock EnhancedPacket(ReadOnlySpan<byte> body)
    {
        Need(body, 20);
        return Packet(PcapNgBlockType.EnhancedPacket, UInt32(body), body[4..]);
    }

    /// <summary>As an enhanced packet, but its interface is 16 bits and shares its word with a count of drops.</summary>
    private PcapNgBlock ObsoletePacket(ReadOnlySpan<byte> body)
    {
        Need(body, 20);
        return Packet(PcapNgBlockType.ObsoletePacket, UInt16(body), body[4..]);
    }

    private PcapNgBlock Packet(PcapNgBlockType type, uint interfaceNumber, ReadOnlySpan<byte> body)
    {
        var from = InterfaceAt(interfaceNumber);
        var time = from.Unit.ToTimestamp(((ulong)UInt32(body) << 32) | UInt32(body[4..]));
        var captured = UInt32(body[8..]);
        if (captured > body.Length - 16) throw Damaged($"it claims a frame of {captured} bytes, which reach beyond it");
        var options = Math.Min(16 + Padded((int)captured), body.Length);
        return new PcapNgBlock
        {
            Type = type,
            Offset = _input.Offset,
            BigEndian = _bigEndian,
            Interface = (int)interfaceNumber,
            IsPacket = true,
            HasTime = true,
            OptionBytes = body[options..],
            Frame = new Frame(time, from.LinkType, OriginalLength(body[12..]), body.Slice(16, (int)captured)),
        };
    }

    /// <summary>A simple packet says neither time nor captured length: that is the original length cut at the snaplen.</summary>
    private PcapNgBlock SimplePacket(ReadOnlySpan<byte> body)
    {
        Need(body, 4);
        var from = InterfaceAt(0);
        var captured = UInt32(body);
        if (from.Snaplen != 0) captured = Math.Min(captured, from.Snaplen);
        if (captured > body.Length - 4) throw Damaged($"it claims a frame of {captured} bytes, which reach beyond it");
        return new PcapNgBlock
        {
            Type = PcapNgBlockType.SimplePacket,
            Offset = _input.Offset,
            BigEndian = _bigEndian,
            IsPacket = true,
            Frame = new Frame(default, from.LinkType, OriginalLength(body), body.Slice(4, (int)captured)),
        };
    }

    private PcapNgBlock Statistics(ReadOnlySpan<byte> body)
    {
        Need(body, 12);
        InterfaceAt(UInt32(body));
        return new PcapNgBlock
        {
            Type = PcapNgBlockType.InterfaceStatistics,
            Offset = _input.Offset,
            BigEndian = _bigEndian,
            Interface = (int)UInt32(body),
            OptionBytes = body[12..],
        };
    }

    private PcapNgBlock Entry(PcapNgBlockType type, ReadOnlySpan<byte> body) =>
        new() { Type = type, Offset = _input.Offset, BigEndian = _bigEndian, Entry = body };

    /// <summary>False for a block of the same type, which is for anyone's local use, that another program wrote.</summary>
    private bool IsOurs(ReadOnlySpan<byte> body)
    {
        var mark = ObservationsMark;
        if (!body.StartsWith(mark[..^1])) return false;
        return body.StartsWith(mark)
            ? true
            : throw new RecordingException(
                $"{name} was written by a later version of TcpCapture: the block at byte {_input.Offset} has another form; use that version.");
    }

    private PcapNgInterface InterfaceAt(uint number) => number < _interfaces.Count
        ? _interfaces[(int)number]
        : throw Damaged($"it belongs to interface {number}, and only {_interfaces.Count} are described before it");

    private bool ByteOrder(ReadOnlySpan<byte> magic)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(magic) == ByteOrderMagic) return false;
        return BinaryPrimitives.ReadUInt32BigEndian(magic) == ByteOrderMagic
            ? true
            : throw Damaged("its byte-order mark is none that is known");
    }

    private int OriginalLength(ReadOnlySpan<byte> bytes) => (int)Math.Min(UInt32(bytes), int.MaxValue);

    private void Need(ReadOnlySpan<byte> body, int length)
    {
        if (body.Length < length) throw Damaged("it is shorter than a block of its kind");
    }

    private ushort UInt16(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private long Int64(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);

    private RecordingException Damaged(string why) => new(
        $"{name} is damaged: of the block at byte {_input.Offset} {why}; use an undamaged copy.");

    private RecordingException NotPcapNg(ReadOnlySpan<byte> start) =>
        BinaryPrimitives.ReadUInt32LittleEndian(start) is 0xA1B2C3D4 or 0xD4C3B2A1 or 0xA1B23C4D or 0x4D3CB2A1
            ? new RecordingException($"{name} is a pcap file, not pcapng: it holds frames, " +
                "but no calls and states to make a recording; give a recording's timeline.pcapng.")
            : new RecordingException($"{name} is no pcapng file, by its first bytes: give a recording's timeline.pcapng.");
}
