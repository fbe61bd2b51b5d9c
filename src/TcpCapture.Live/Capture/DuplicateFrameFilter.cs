using System.Buffers.Binary;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Live.Capture;

/// <summary>
/// Tells the second sight of a segment from the first, where a capture sees several interfaces at once: what goes through
/// a bridge, a bond, a VLAN or a veth pair passes two or three of them.
/// </summary>
/// <remarks>
/// It is the same if addresses, IP identification and everything in the TCP header but its checksum agree, the interface
/// differs, and hardly any time lies between. A segment sent again leaves by the same interface, with another identification
/// and no sooner than a retransmission timer allows. The first sight counts: of what is sent that is the one nearest to the
/// socket. (On loopback interfaces libpcap itself leaves out what leaves.) A table of fixed size, without allocation.
/// </remarks>
internal sealed class DuplicateFrameFilter
{
    private const int InterfaceAt = 4; // of the SLL2 header
    private const int Slots = 1 << 14;

    /// <summary>Less than any retransmission timer, more than a packet stays inside of a host.</summary>
    private const long NanosecondsApart = 100_000_000;

    private readonly Sight[] _seen = new Sight[Slots];

    /// <summary>True if this frame shows a segment that has been seen on another interface already.</summary>
    public bool IsRepeated(in Frame frame)
    {
        if (frame.LinkType != LinkTypes.LinuxSll2 || SegmentDecoder.Decode(frame, out var segment) != DecodeResult.Segment) return false;
        var interfaceIndex = BinaryPrimitives.ReadInt32BigEndian(frame.Bytes[InterfaceAt..]);
        var hash = Hash(segment, Identification(frame));
        ref var slot = ref _seen[hash & (Slots - 1)];
        if (slot.Hash == hash && slot.Interface != interfaceIndex && Math.Abs(frame.Time.Nanoseconds - slot.Time) < NanosecondsApart) return true;
        slot = new Sight(hash, frame.Time.Nanoseconds, interfaceIndex);
        return false;
    }

    /// <summary>IPv4's; IPv6 has none.</summary>
    private static ushort Identification(in Frame frame)
    {
        const int identificationAt = 4;
        return LinkHeader.Walk(frame, out var etherType, out var at) == DecodeResult.Segment && etherType == EtherTypes.IPv4
            && frame.Bytes.Length >= at + identificationAt + sizeof(ushort)
            ? BinaryPrimitives.ReadUInt16BigEndian(frame.Bytes[(at + identificationAt)..]) : (ushort)0;
    }

    private static ulong Hash(in Segment segment, ushort identification)
    {
        // Two of .NET's hashes, each seeded otherwise in every process: nobody outside can make two segments look alike.
        var one = HashCode.Combine(segment.FourTuple, segment.Seq, segment.Ack, segment.Flags, segment.Window, segment.Length, identification);
        var two = HashCode.Combine(identification, segment.Options, segment.Length, segment.Seq, segment.Source, segment.Ack);
        return (ulong)(uint)one << 32 | (uint)two;
    }

    private readonly record struct Sight(ulong Hash, long Time, int Interface);
}
