using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TcpCapture.Model;
using static TcpCapture.CaptureFiles.PcapNg.PcapNgFormat;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>Decodes the blocks of a pcapng section by its byte order and interfaces. Every length is checked.</summary>
internal sealed class PcapNgSection
{
    private const int MaxInterfaces = 65536;
    private const int MaxNameLength = 64;

    private readonly List<PcapNgInterface> _interfaces = [];
    private readonly List<string> _names = [];
    private bool _bigEndian;
    private bool _hasBegun;

    public IReadOnlyList<PcapNgInterface> Interfaces => _interfaces;
    public ReadOnlySpan<PcapNgInterface> InterfaceList => CollectionsMarshal.AsSpan(_interfaces);
    public bool BigEndian => _bigEndian;

    /// <summary>The name of an interface; empty if it has none.</summary>
    public string NameOf(int number) => _names[number];

    /// <summary>Reads a block's type and length from at least its first <see cref="BlockOverhead"/> bytes.</summary>
    /// <exception cref="DamagedFileException">No block begins like this.</exception>
    public PcapNgBlockType Header(ReadOnlySpan<byte> header, long offset, out int length)
    {
        if (!_hasBegun || BinaryPrimitives.ReadUInt32LittleEndian(header) == (uint)PcapNgBlockType.SectionHeader) Begin(header, offset);
        var claimed = UInt32(header[4..]);
        if (claimed - BlockOverhead > MaxBlockLength - BlockOverhead || (claimed & 3) != 0) throw Impossible(claimed, offset);
        length = (int)claimed;
        return (PcapNgBlockType)UInt32(header);
    }

    /// <summary>The body of a complete block of the length that <see cref="Header"/> gave.</summary>
    /// <exception cref="DamagedFileException">The length at its end differs.</exception>
    public ReadOnlySpan<byte> Body(ReadOnlySpan<byte> block, long offset)
    {
        var second = UInt32(block[^4..]);
        if (second != (uint)block.Length)
            throw new DamagedFileException(offset, $"its length is {block.Length} bytes at its start but {second} bytes at its end");
        return block[8..^4];
    }

    /// <summary>Reads a section header's body.</summary>
    /// <exception cref="DamagedFileException">It is damaged, or its version is unknown.</exception>
    public void TakeSection(ReadOnlySpan<byte> body, long offset)
    {
        Need(body, 16, offset);
        _interfaces.Clear();
        _names.Clear();
        var version = UInt16(body[4..]);
        if (version != 1) throw new DamagedFileException(offset, $"its format version is {version}, but only version 1 can be read");
    }

    /// <summary>Reads an interface description's body.</summary>
    /// <exception cref="DamagedFileException">It is damaged, or there are too many interfaces.</exception>
    public void TakeInterface(ReadOnlySpan<byte> body, long offset)
    {
        Need(body, 8, offset);
        if (_interfaces.Count == MaxInterfaces)
            throw new DamagedFileException(offset, $"it describes more than {MaxInterfaces} interfaces");
        var unit = TimestampUnit.Default;
        var name = "";
        var options = new PcapNgOptionReader(body[8..], _bigEndian, offset);
        while (options.Next(out var code, out var value))
        {
            if (code == InterfaceName) name = Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxNameLength)]);
            if (code == InterfaceTimestampResolution && value.Length == 1) unit = unit with { Resolution = value[0] };
            if (code == InterfaceTimestampOffset && value.Length == 8) unit = unit with { OffsetSeconds = Int64(value) };
        }

        _interfaces.Add(new PcapNgInterface(UInt16(body), UInt32(body[4..]), unit));
        _names.Add(name);
    }

    /// <summary>The interface number of a statistics block.</summary>
    /// <exception cref="DamagedFileException">It is damaged, or its interface is not described before it.</exception>
    public int StatisticsInterface(ReadOnlySpan<byte> body, long offset)
    {
        Need(body, 12, offset);
        InterfaceAt(UInt32(body), offset);
        return (int)UInt32(body);
    }

    /// <summary>Reads a packet block of any of the three kinds.</summary>
    /// <exception cref="DamagedFileException">It is damaged, or its interface is not described before it.</exception>
    public PcapNgPacket Packet(PcapNgBlockType type, ReadOnlySpan<byte> body, long offset)
    {
        if (type == PcapNgBlockType.SimplePacket) return SimplePacket(body, offset);
        Need(body, 20, offset);

        // The obsolete block's interface is 16 bits and shares its word with a count of drops.
        var number = type == PcapNgBlockType.EnhancedPacket ? UInt32(body) : UInt16(body);
        ref readonly var from = ref InterfaceAt(number, offset);
        var captured = UInt32(body[12..]);
        if (captured > (uint)body.Length - 20) throw BeyondIt(captured, offset);
        var time = from.Unit.ToTimestamp(((ulong)UInt32(body[4..]) << 32) | UInt32(body[8..]));
        return new PcapNgPacket((int)number, from.LinkType, time, OriginalLength(body[16..]), 20, (int)captured);
    }

    /// <summary>A simple packet has no time; its captured length is the original length limited by the snaplen.</summary>
    private PcapNgPacket SimplePacket(ReadOnlySpan<byte> body, long offset)
    {
        Need(body, 4, offset);
        ref readonly var from = ref InterfaceAt(0, offset);
        var captured = UInt32(body);
        if (from.Snaplen != 0) captured = Math.Min(captured, from.Snaplen);
        if (captured > (uint)body.Length - 4) throw BeyondIt(captured, offset);
        return new PcapNgPacket(0, from.LinkType, default, OriginalLength(body), 4, (int)captured);
    }

    private void Begin(ReadOnlySpan<byte> header, long offset)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != (uint)PcapNgBlockType.SectionHeader)
            throw new DamagedFileException(offset, "it is not the section header that begins every pcapng file");
        var magic = header[8..];
        _bigEndian = BinaryPrimitives.ReadUInt32BigEndian(magic) == ByteOrderMagic;
        if (!_bigEndian && BinaryPrimitives.ReadUInt32LittleEndian(magic) != ByteOrderMagic)
            throw new DamagedFileException(offset, "its byte-order magic is unknown");
        _hasBegun = true;
    }

    private ref readonly PcapNgInterface InterfaceAt(uint number, long offset)
    {
        if (number >= (uint)_interfaces.Count) throw Undescribed(number, offset);
        return ref InterfaceList[(int)number];
    }

    private int OriginalLength(ReadOnlySpan<byte> bytes) => (int)Math.Min(UInt32(bytes), int.MaxValue);

    private static void Need(ReadOnlySpan<byte> body, int length, long offset)
    {
        if (body.Length < length) throw TooShort(offset);
    }

    private static DamagedFileException Impossible(uint length, long offset) => length > MaxBlockLength && (length & 3) == 0
        ? new(offset, $"its length of {length} bytes is above the maximum of {MaxBlockLength} bytes")
        : new(offset, $"its length of {length} bytes is impossible for a block");

    private static DamagedFileException TooShort(long offset) => new(offset, "it is too short for its block type");

    private static DamagedFileException BeyondIt(uint captured, long offset) =>
        new(offset, $"its frame of {captured} bytes extends beyond the block");

    private DamagedFileException Undescribed(uint number, long offset) =>
        new(offset, $"it belongs to interface {number}, which is not described before it (interfaces so far: {_interfaces.Count})");

    private ushort UInt16(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private long Int64(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
}

/// <summary>A packet block: its interface, time (default for simple packets) and where its frame is in the body.</summary>
internal readonly record struct PcapNgPacket(int Interface, int LinkType, Timestamp Time, int OriginalLength, int Start, int Length)
{
    public Frame In(ReadOnlySpan<byte> body) => new(Time, LinkType, OriginalLength, body.Slice(Start, Length));
}

// Snaplen: maximum bytes captured of a frame; 0 for no limit.
internal readonly record struct PcapNgInterface(int LinkType, uint Snaplen, TimestampUnit Unit);
