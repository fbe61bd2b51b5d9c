using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TcpCapture.CaptureFiles.Bytes;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;
using static System.Buffers.Binary.BinaryPrimitives;
using static TcpCapture.CaptureFiles.PcapNg.PcapNgFormat;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>The frames of a pcapng file; other blocks are skipped.</summary>
internal sealed class PcapNgFile : RecordFile
{
    private readonly PcapNgSection _section = new();
    private readonly DropTally _drops;
    private int _interfaces;
    private long _tick;
    private Timestamp _last;
    private long _withoutTime;

    /// <summary>A file whose first bytes, <paramref name="begin"/>, were read.</summary>
    public PcapNgFile(string name, ContentBytes bytes, ReadOnlySpan<byte> begin)
        : base(name, bytes)
    {
        _drops = new DropTally(name);
        Input.StartWith(begin, 0);
    }

    public override int Interfaces => _interfaces;
    public override long Tick => _tick;
    public override long FramesWithoutTime => _withoutTime;
    public override IReadOnlyList<InterfaceDrops> Drops => _drops.Of(_section);

    protected override int Take(FrameBatch batch)
    {
        while (true)
        {
            TakeFast(batch);
            if (batch.IsFull) return 0;
            var available = Input.Available;
            if (available.Length < BlockOverhead) return BlockOverhead;
            var type = _section.Header(available, Input.Offset, out var length);
            if (available.Length < length) return length;
            TakeBlock(batch, type, _section.Body(available[..length], Input.Offset));
            Input.Skip(length);
        }
    }

    /// <summary>Takes usual enhanced packet blocks, and stops at any other or damaged block.</summary>
    private void TakeFast(FrameBatch batch)
    {
        var interfaces = _section.InterfaceList;
        var isReversed = _section.BigEndian == BitConverter.IsLittleEndian;
        var available = Input.Available;
        var start = Input.Start + EnhancedPacketHeader.Size;
        var room = batch.Room;
        var count = 0;
        var at = 0;
        for (; count < room.Length && available.Length - at >= EnhancedPacketHeader.Size + 4; count++)
        {
            var block = MemoryMarshal.Read<EnhancedPacketHeader>(available[at..]);
            if (isReversed) block = block.Reversed();
            var length = block.Length;
            if (block.Type != (uint)PcapNgBlockType.EnhancedPacket || length > (uint)(available.Length - at)) break;
            if (length is < EnhancedPacketHeader.Size + 4 or > MaxBlockLength || (length & 3) != 0) break;
            if (block.CapturedLength > length - (EnhancedPacketHeader.Size + 4) || block.Interface >= (uint)interfaces.Length) break;
            var second = MemoryMarshal.Read<uint>(available[(at + (int)length - 4)..]);
            if ((isReversed ? BinaryPrimitives.ReverseEndianness(second) : second) != length) break;

            ref readonly var from = ref interfaces[(int)block.Interface];
            room[count] = new FrameEntry(
                from.Unit.ToTimestamp(((ulong)block.TimeHigh << 32) | block.TimeLow), LinkTypes.FromDlt(from.LinkType),
                (int)Math.Min(block.OriginalLength, int.MaxValue), start + at, (int)block.CapturedLength);
            var options = EnhancedPacketHeader.Size + Padded((int)block.CapturedLength);
            if (length > options + 4) _drops.AddOptions(available[(at + options)..(at + (int)length - 4)], block.Interface, _section);
            at += (int)length;
        }

        batch.Add(count);
        Input.Skip(at);
        if (count > 0) _last = room[count - 1].Time;
    }

    private void TakeBlock(FrameBatch batch, PcapNgBlockType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case PcapNgBlockType.SectionHeader:
                _drops.EndSection(_section);
                _section.TakeSection(body, Input.Offset);
                break;
            case PcapNgBlockType.InterfaceDescription:
                _section.TakeInterface(body, Input.Offset);
                _interfaces++;
                _tick = Math.Max(_tick, _section.Interfaces[^1].Unit.Tick);
                break;
            case PcapNgBlockType.EnhancedPacket or PcapNgBlockType.SimplePacket or PcapNgBlockType.ObsoletePacket:
                TakePacket(batch, type, body);
                break;
            case PcapNgBlockType.InterfaceStatistics:
                _drops.AddStatistics(body, _section);
                break;
        }
    }

    /// <summary>A simple packet has no time: it counts as captured with the frame before it.</summary>
    private void TakePacket(FrameBatch batch, PcapNgBlockType type, ReadOnlySpan<byte> body)
    {
        var packet = _section.Packet(type, body, Input.Offset);
        if (type == PcapNgBlockType.SimplePacket)
        {
            packet = packet with { Time = _last };
            _withoutTime++;
        }

        if (type == PcapNgBlockType.ObsoletePacket) _drops.AddObsolete(body, _section);
        _last = packet.Time;
        batch.Add(new FrameEntry(
            packet.Time, LinkTypes.FromDlt(packet.LinkType), packet.OriginalLength, Input.Start + 8 + packet.Start, packet.Length));
    }
}

/// <summary>The header of an enhanced packet block as in the file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct EnhancedPacketHeader(
    uint Type, uint Length, uint Interface, uint TimeHigh, uint TimeLow, uint CapturedLength, uint OriginalLength)
{
    public const int Size = 28;

    public EnhancedPacketHeader Reversed() => new(
        ReverseEndianness(Type), ReverseEndianness(Length), ReverseEndianness(Interface), ReverseEndianness(TimeHigh),
        ReverseEndianness(TimeLow), ReverseEndianness(CapturedLength), ReverseEndianness(OriginalLength));
}
