using static TcpCapture.Capture.Files.PcapNgFormat;

namespace TcpCapture.Capture.Files;

/// <summary>The frames of a pcapng file; all blocks but packets are left out.</summary>
internal sealed class PcapNgFile : RecordFile
{
    private readonly PcapNgSection _section = new();
    private int _interfaces;
    private long _tick;

    /// <param name="name">What people call it.</param>
    /// <param name="bytes">What follows <paramref name="begin"/>.</param>
    /// <param name="begin">Its first bytes, which were read.</param>
    public PcapNgFile(string name, ContentBytes bytes, ReadOnlySpan<byte> begin)
        : base(name, bytes) => Input.StartWith(begin, 0);

    /// <inheritdoc/>
    public override int Interfaces => _interfaces;

    /// <inheritdoc/>
    public override long Tick => _tick;

    /// <inheritdoc/>
    protected override int Take(FrameBatch batch)
    {
        while (!batch.IsFull)
        {
            var available = Input.Available;
            if (available.Length < BlockOverhead) return BlockOverhead;
            var type = _section.Header(available, Input.Offset, out var length);
            if (available.Length < length) return length;
            var body = _section.Body(available[..length], Input.Offset);
            if (type == PcapNgBlockType.EnhancedPacket) TakePacket(batch, type, body);
            else TakeOther(batch, type, body);
            Input.Skip(length);
        }

        return 0;
    }

    private void TakeOther(FrameBatch batch, PcapNgBlockType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case PcapNgBlockType.SectionHeader:
                _section.TakeSection(body, Input.Offset);
                break;
            case PcapNgBlockType.InterfaceDescription:
                _section.TakeInterface(body, Input.Offset);
                _interfaces++;
                _tick = Math.Max(_tick, _section.Interfaces[^1].Unit.Tick);
                break;
            case PcapNgBlockType.SimplePacket or PcapNgBlockType.ObsoletePacket:
                TakePacket(batch, type, body);
                break;
        }
    }

    private void TakePacket(FrameBatch batch, PcapNgBlockType type, ReadOnlySpan<byte> body)
    {
        var packet = _section.Packet(type, body, Input.Offset);
        batch.Add(new FrameEntry(
            packet.Time, LinkTypes.FromDlt(packet.LinkType), packet.OriginalLength, Input.Start + 8 + packet.Start, packet.Length));
    }
}
