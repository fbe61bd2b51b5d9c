using System.Buffers.Binary;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>The fields of a segment that are the same at both hosts, and differ between almost all segments.</summary>
// Routers rewrite addresses, ports and the MSS, so these are not among them.
internal readonly record struct SegmentFingerprint(
    uint Seq, uint Ack, TcpFlags Flags, ushort Window, int Length, uint TsVal, uint TsEcr, byte SackBlocks, ushort Identification)
{
    // The datagram's identification counts only if it is the same at both hosts; else it is 0.
    public static SegmentFingerprint Of(in Segment segment, ushort identification = 0) => new(
        segment.Seq, segment.Has(TcpFlags.Ack) ? segment.Ack : 0, segment.Flags, segment.Window, segment.Length,
        segment.Options.TsVal, segment.Options.TsEcr, segment.Options.SackBlocks, identification);

    /// <summary>A hash that is the same in every process.</summary>
    public ulong Hash()
    {
        var hash = Mix(((ulong)Seq << 32) | Ack);
        hash = Mix(hash ^ (((ulong)Flags << 48) | ((ulong)Window << 32) | (uint)Length));
        hash = Mix(hash ^ (((ulong)TsVal << 32) | TsEcr));
        return Mix(hash ^ SackBlocks ^ ((ulong)Identification << 8));
    }

    public override int GetHashCode() => (int)Hash();

    /// <summary>The finaliser of SplitMix64.</summary>
    private static ulong Mix(ulong value)
    {
        value = unchecked(value + 0x9E3779B97F4A7C15);
        value = unchecked((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9);
        value = unchecked((value ^ (value >> 27)) * 0x94D049BB133111EB);
        return value ^ (value >> 31);
    }
}

/// <summary>The identification of an IPv4 datagram, which distinguishes equal segments: Linux increments it per segment.</summary>
internal static class DatagramIdentification
{
    private const int IPv4HeaderLength = 20;

    /// <summary>The identification; 0 if there is none, as for IPv6.</summary>
    public static ushort Of(in Frame frame)
    {
        if (LinkHeader.Walk(frame, out var etherType, out var at) != DecodeResult.Segment || etherType != EtherTypes.IPv4) return 0;
        return frame.Bytes.Length < at + IPv4HeaderLength ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(frame.Bytes[(at + 4)..]);
    }
}
