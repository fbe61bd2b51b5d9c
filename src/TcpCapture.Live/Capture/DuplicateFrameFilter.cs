using System.Buffers.Binary;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Live.Capture;

/// <summary>Detects copies of a segment in a capture of several interfaces, such as a bridge and its veth pairs.</summary>
/// <remarks>
/// Two frames are copies if the addresses, the IP identification and the TCP header without its checksum are equal, the
/// interfaces differ, and the times are less than 0.1 s apart. A retransmission is no copy: it leaves by the same
/// interface, with another identification, and after the retransmission timeout. ICMP errors are compared by what they say and
/// quote. The first copy is kept; for sent
/// segments it is the one nearest to the socket. On loopback, libpcap itself skips outgoing frames. The table has a
/// fixed size and does not allocate.
/// </remarks>
internal sealed class DuplicateFrameFilter
{
    private const int InterfaceOffset = 4; // in the SLL2 header
    private const int SlotCount = 1 << 14;

    /// <summary>Below every retransmission timeout, and above the time that a packet takes within a host.</summary>
    private const long MaxNanosecondsApart = 100_000_000;

    private readonly Slot[] _slots = new Slot[SlotCount];

    public bool IsDuplicate(in Frame frame)
    {
        if (frame.LinkType != LinkTypes.LinuxSll2) return false;
        var result = SegmentDecoder.Decode(frame, out var segment);
        ulong hash;
        if (result == DecodeResult.Segment) hash = Hash(segment, Identification(frame));
        else if (IcmpDecoder.Decode(frame, result, out var error)) hash = Hash(error, Identification(frame));
        else return false;
        var interfaceIndex = BinaryPrimitives.ReadInt32BigEndian(frame.Bytes[InterfaceOffset..]);
        ref var slot = ref _slots[hash & (SlotCount - 1)];
        if (slot.Hash == hash && slot.Interface != interfaceIndex
            && Math.Abs(frame.Time.Nanoseconds - slot.Time) < MaxNanosecondsApart)
        {
            return true;
        }

        slot = new Slot(hash, frame.Time.Nanoseconds, interfaceIndex);
        return false;
    }

    /// <summary>The IPv4 identification; 0 for IPv6, which has none.</summary>
    private static ushort Identification(in Frame frame)
    {
        const int identificationAt = 4;
        return LinkHeader.Walk(frame, out var etherType, out var at) == DecodeResult.Segment && etherType == EtherTypes.IPv4
            && frame.Bytes.Length >= at + identificationAt + sizeof(ushort)
            ? BinaryPrimitives.ReadUInt16BigEndian(frame.Bytes[(at + identificationAt)..]) : (ushort)0;
    }

    private static ulong Hash(in Segment segment, ushort identification)
    {
        // Two .NET hashes with random seeds per process: an attacker cannot construct segments that collide.
        var one = HashCode.Combine(
            segment.FourTuple, segment.Seq, segment.Ack, segment.Flags, segment.Window, segment.Length, identification);
        var two = HashCode.Combine(identification, segment.Options, segment.Length, segment.Seq, segment.Source, segment.Ack);
        return (ulong)(uint)one << 32 | (uint)two;
    }

    private static ulong Hash(in IcmpError error, ushort identification)
    {
        var one = HashCode.Combine(error.Source, error.Destination, error.Seq, error.Sender, error.Type, error.Code, identification);
        var two = HashCode.Combine(identification, error.Seq, error.Recipient, error.Mtu, error.Destination, error.Source);
        return (ulong)(uint)one << 32 | (uint)two;
    }

    private readonly record struct Slot(ulong Hash, long Time, int Interface);
}
