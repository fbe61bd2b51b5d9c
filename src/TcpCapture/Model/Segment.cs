namespace TcpCapture.Model;

/// <summary>A TCP segment as seen at the capture point. Sequence and acknowledgement numbers are those on the wire.</summary>
public record struct Segment
{
    /// <summary>Set in <see cref="Flags"/> of an ICMP error's quote in a batch; no control bit. Only addresses and Seq are valid.</summary>
    internal const TcpFlags Quoted = (TcpFlags)0x8000;

    // Fields, so that the decoder writes them in place: building a segment elsewhere and copying it takes twice as long.
    internal Timestamp _time;
    internal Endpoint _source;
    internal Endpoint _destination;
    internal TcpOptions _options;
    internal uint _seq;
    internal uint _ack;
    internal int _length;
    internal int _headerAt;
    internal TcpFlags _flags;
    internal ushort _window;
    internal ushort _identification;
    internal byte _timeToLive;
    internal Traits _traits;

    /// <summary>When it passed the capture point.</summary>
    public Timestamp Time { readonly get => _time; init => _time = value; }

    /// <summary>The sender.</summary>
    public Endpoint Source { readonly get => _source; init => _source = value; }

    /// <summary>The receiver.</summary>
    public Endpoint Destination { readonly get => _destination; init => _destination = value; }

    /// <summary>Control bits.</summary>
    public TcpFlags Flags { readonly get => _flags; init => _flags = value; }

    /// <summary>Sequence number of the first byte (of the SYN, if set).</summary>
    public uint Seq { readonly get => _seq; init => _seq = value; }

    /// <summary>Acknowledgement number; meaningless without <see cref="TcpFlags.Ack"/>.</summary>
    public uint Ack { readonly get => _ack; init => _ack = value; }

    /// <summary>The window field, unscaled.</summary>
    public ushort Window { readonly get => _window; init => _window = value; }

    /// <summary>Payload bytes by the IP header's length, whether or not the capture holds them all.</summary>
    public int Length { readonly get => _length; init => _length = value; }

    /// <summary>The TCP options.</summary>
    internal TcpOptions Options { readonly get => _options; init => _options = value; }

    /// <summary>Maximum segment size that it announces, in bytes; null if it has no such option.</summary>
    public readonly ushort? Mss => _options.Mss;

    /// <summary>Window scale shift that it announces; null if it has no such option.</summary>
    public readonly byte? WindowScale => _options.WindowScale;

    /// <summary>Number of blocks of selective acknowledgement, 0 to 4.</summary>
    public readonly int SackBlocks => _options.SackBlocks;

    /// <summary>Offset of the TCP header in its frame; 0 without a frame. Not part of equality, as it depends on the link layer.</summary>
    internal int HeaderAt { readonly get => _headerAt; init => _headerAt = value; }

    /// <summary>True if the capture cut its payload. Not part of equality.</summary>
    internal bool IsCut { readonly get => (_traits & Traits.Cut) != 0; init => _traits |= value ? Traits.Cut : 0; }

    /// <summary>TTL of the IPv4 header or hop limit of the IPv6 header; 0 if unknown. Not part of equality, nor are the next two.</summary>
    internal byte TimeToLive { readonly get => _timeToLive; init => _timeToLive = value; }

    /// <summary>Identification of the IPv4 header; 0 for IPv6.</summary>
    internal ushort Identification { readonly get => _identification; init => _identification = value; }

    /// <summary>The "don't fragment" flag of the IPv4 header; false for IPv6.</summary>
    internal bool DontFragment { readonly get => (_traits & Traits.DontFragment) != 0; init => _traits |= value ? Traits.DontFragment : 0; }

    /// <summary>True for a SYN-ACK with a wrong TCP checksum; others are not verified. Not part of equality.</summary>
    internal bool HasBadChecksum { readonly get => (_traits & Traits.BadChecksum) != 0; init => _traits |= value ? Traits.BadChecksum : 0; }

    /// <summary>Source and destination.</summary>
    internal readonly FourTuple FourTuple => new(Source, Destination);

    /// <summary>Sequence space it takes: payload, plus one for SYN and one for FIN.</summary>
    public readonly uint SequenceLength => (uint)Length + (((uint)Flags >> 1) & 1) + ((uint)Flags & 1); // SYN is bit 1, FIN bit 0

    /// <summary>The sequence number after the last one it takes.</summary>
    public readonly uint NextSeq => unchecked(Seq + SequenceLength);

    /// <summary>True if every bit of <paramref name="flags"/> is set.</summary>
    public readonly bool Has(TcpFlags flags) => (Flags & flags) == flags;

    /// <summary>True if time, addresses, header and length are the same.</summary>
    public readonly bool Equals(Segment other) =>
        Time == other.Time && Source == other.Source && Destination == other.Destination && Flags == other.Flags
        && Seq == other.Seq && Ack == other.Ack && Window == other.Window && Length == other.Length && Options == other.Options;

    /// <summary>Bits about the frame, in one byte: a segment has no room for another field.</summary>
    [Flags]
    internal enum Traits : byte
    {
        Cut = 1,
        DontFragment = 2,
        BadChecksum = 4,
    }

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Time, Source, Destination, Flags, Seq, Ack, Length, Options);
}

/// <summary>Comparison of 32-bit sequence numbers, which wrap around (RFC 9293 section 3.4).</summary>
internal static class SequenceNumber
{
    /// <summary>How far <paramref name="a"/> is ahead of <paramref name="b"/>; negative if it is behind.</summary>
    public static int Difference(uint a, uint b) => unchecked((int)(a - b));

    /// <summary>True if <paramref name="a"/> comes before <paramref name="b"/>.</summary>
    public static bool Before(uint a, uint b) => Difference(a, b) < 0;

    /// <summary>True if <paramref name="a"/> comes after <paramref name="b"/>.</summary>
    public static bool After(uint a, uint b) => Difference(a, b) > 0;
}
