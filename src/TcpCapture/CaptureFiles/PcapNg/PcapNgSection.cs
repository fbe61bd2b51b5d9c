using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static TcpCapture.CaptureFiles.PcapNg.PcapNgFormat;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>
/// The section of a pcapng file that is being read: its byte order and interfaces, and what its blocks mean by them. Looks at
/// bytes it is handed, and believes no length in them before it is checked.
/// </summary>
internal sealed class PcapNgSection
{
    private const int MaxInterfaces = 65536;

    private readonly List<PcapNgInterface> _interfaces = [];
    private bool _bigEndian;
    private bool _hasBegun;

    /// <summary>The interfaces described so far.</summary>
    public IReadOnlyList<PcapNgInterface> Interfaces => _interfaces;

    /// <inheritdoc cref="Interfaces"/>
    public ReadOnlySpan<PcapNgInterface> InterfaceList => CollectionsMarshal.AsSpan(_interfaces);

    /// <summary>True if numbers have their most significant byte first.</summary>
    public bool BigEndian => _bigEndian;

    /// <summary>Reads how a block begins.</summary>
    /// <param name="header">At least the block's first <see cref="BlockOverhead"/> bytes.</param>
    /// <param name="offset">Where it begins in the file.</param>
    /// <param name="length">Its length, which the block may still belie at its end.</param>
    /// <exception cref="DamagedFileException">No block begins like this.</exception>
    public PcapNgBlockType Header(ReadOnlySpan<byte> header, long offset, out int length)
    {
        if (!_hasBegun || BinaryPrimitives.ReadUInt32LittleEndian(header) == (uint)PcapNgBlockType.SectionHeader) Begin(header, offset);
        var claimed = UInt32(header[4..]);
        if (claimed - BlockOverhead > MaxBlockLength - BlockOverhead || (claimed & 3) != 0) throw Impossible(claimed, offset);
        length = (int)claimed;
        return (PcapNgBlockType)UInt32(header);
    }

    /// <summary>The body of a block whose length <see cref="Header"/> gave, now that all of it is there.</summary>
    /// <exception cref="DamagedFileException">The length at its end is another one.</exception>
    public ReadOnlySpan<byte> Body(ReadOnlySpan<byte> block, long offset)
    {
        var second = UInt32(block[^4..]);
        if (second != (uint)block.Length)
            throw new DamagedFileException(offset, $"it says {block.Length} bytes at its begin and {second} at its end");
        return block[8..^4];
    }

    /// <summary>Takes note of a section header's body.</summary>
    /// <exception cref="DamagedFileException">It is damaged, or of a version that is not known.</exception>
    public void TakeSection(ReadOnlySpan<byte> body, long offset)
    {
        Need(body, 16, offset);
        _interfaces.Clear();
        var version = UInt16(body[4..]);
        if (version != 1) throw new DamagedFileException(offset, $"its format version is {version}, and only 1 is known");
    }

    /// <summary>Takes note of an interface description's body.</summary>
    /// <exception cref="DamagedFileException">It is damaged, or one too many.</exception>
    public void TakeInterface(ReadOnlySpan<byte> body, long offset)
    {
        Need(body, 8, offset);
        if (_interfaces.Count == MaxInterfaces)
            throw new DamagedFileException(offset, $"it describes more than {MaxInterfaces} interfaces");
        var unit = TimestampUnit.Default;
        var options = new PcapNgOptionReader(body[8..], _bigEndian, offset);
        while (options.Next(out var code, out var value))
        {
            if (code == InterfaceTimestampResolution && value.Length == 1) unit = unit with { Resolution = value[0] };
            if (code == InterfaceTimestampOffset && value.Length == 8) unit = unit with { OffsetSeconds = Int64(value) };
        }

        _interfaces.Add(new PcapNgInterface(UInt16(body), UInt32(body[4..]), unit));
    }

    /// <summary>The number of the interface that a statistics block is about.</summary>
    /// <exception cref="DamagedFileException">It is damaged, or nobody described that interface.</exception>
    public int StatisticsInterface(ReadOnlySpan<byte> body, long offset)
    {
        Need(body, 12, offset);
        InterfaceAt(UInt32(body), offset);
        return (int)UInt32(body);
    }

    /// <summary>Reads a packet block, of any of the three kinds.</summary>
    /// <exception cref="DamagedFileException">It is damaged, or nobody described its interface.</exception>
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

    /// <summary>A simple packet says neither time nor captured length: that is the original length cut at the snaplen.</summary>
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
            throw new DamagedFileException(offset, "it is no section header, with which every pcapng file begins");
        var magic = header[8..];
        _bigEndian = BinaryPrimitives.ReadUInt32BigEndian(magic) == ByteOrderMagic;
        if (!_bigEndian && BinaryPrimitives.ReadUInt32LittleEndian(magic) != ByteOrderMagic)
            throw new DamagedFileException(offset, "its byte-order mark is none that is known");
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
        ? new(offset, $"its length, {length}, is beyond the {MaxBlockLength} bytes allowed")
        : new(offset, $"its length, {length}, is none that a block can have");

    private static DamagedFileException TooShort(long offset) => new(offset, "it is shorter than a block of its kind");

    private static DamagedFileException BeyondIt(uint captured, long offset) =>
        new(offset, $"it claims a frame of {captured} bytes, which reach beyond it");

    private DamagedFileException Undescribed(uint number, long offset) =>
        new(offset, $"it belongs to interface {number}, and only {_interfaces.Count} are described before it");

    private ushort UInt16(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private long Int64(ReadOnlySpan<byte> bytes) =>
        _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
