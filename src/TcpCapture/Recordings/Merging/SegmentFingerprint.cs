using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// What of a segment is the same at both hosts. Addresses, ports and the MSS are left out, for routers rewrite them; with its
/// sequence and acknowledgement numbers and its timestamps hardly two segments are alike.
/// </summary>
internal readonly record struct SegmentFingerprint(
    uint Seq, uint Ack, TcpFlags Flags, ushort Window, int Length, uint TsVal, uint TsEcr, byte SackBlocks, ushort Identification)
{
    /// <param name="segment">The segment.</param>
    /// <param name="identification">Its datagram's identification, if that is the same at both hosts; else 0.</param>
    public static SegmentFingerprint Of(in Segment segment, ushort identification = 0) => new(
        segment.Seq, segment.Has(TcpFlags.Ack) ? segment.Ack : 0, segment.Flags, segment.Window, segment.Length,
        segment.Options.TsVal, segment.Options.TsEcr, segment.Options.SackBlocks, identification);

    /// <summary>A number that looks random and is the same for the same segment in every process.</summary>
    public ulong Hash()
    {
        var hash = Mix(((ulong)Seq << 32) | Ack);
        hash = Mix(hash ^ (((ulong)Flags << 48) | ((ulong)Window << 32) | (uint)Length));
        hash = Mix(hash ^ (((ulong)TsVal << 32) | TsEcr));
        return Mix(hash ^ SackBlocks ^ ((ulong)Identification << 8));
    }

    public override int GetHashCode() => (int)Hash();

    /// <summary>The finaliser of SplitMix64: every bit of the input moves every bit of the output.</summary>
    private static ulong Mix(ulong value)
    {
        value = unchecked(value + 0x9E3779B97F4A7C15);
        value = unchecked((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9);
        value = unchecked((value ^ (value >> 27)) * 0x94D049BB133111EB);
        return value ^ (value >> 31);
    }
}
