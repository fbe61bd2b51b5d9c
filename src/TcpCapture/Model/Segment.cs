namespace TcpCapture.Model;

/// <summary>A TCP segment as seen at the capture point. Sequence and acknowledgement numbers are those on the wire.</summary>
public readonly record struct Segment
{
    /// <summary>When it passed the capture point.</summary>
    public Timestamp Time { get; init; }

    /// <summary>The sender.</summary>
    public Endpoint Source { get; init; }

    /// <summary>The receiver.</summary>
    public Endpoint Destination { get; init; }

    /// <summary>Control bits.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>Sequence number of the first byte (of the SYN, if set).</summary>
    public uint Seq { get; init; }

    /// <summary>Acknowledgement number; meaningless without <see cref="TcpFlags.Ack"/>.</summary>
    public uint Ack { get; init; }

    /// <summary>The window field, unscaled.</summary>
    public ushort Window { get; init; }

    /// <summary>Payload bytes by the IP header's length, whether or not the capture holds them all.</summary>
    public int Length { get; init; }

    /// <summary>The TCP options.</summary>
    public TcpOptions Options { get; init; }

    /// <summary>
    /// Where its TCP header begins in the bytes of the frame it was decoded from; 0 if it was not decoded from one. It is
    /// about the frame: the same segment seen on two link layers is equal.
    /// </summary>
    internal int HeaderAt { get; init; }

    /// <summary>The capture does not hold all of its payload; of the frame, too, and not part of what it says.</summary>
    internal bool IsCut { get; init; }

    /// <summary>Source and destination.</summary>
    public FourTuple FourTuple => new(Source, Destination);

    /// <summary>Sequence space it takes: payload, plus one for SYN and one for FIN.</summary>
    public uint SequenceLength => (uint)Length + (((uint)Flags >> 1) & 1) + ((uint)Flags & 1); // SYN is bit 1, FIN bit 0

    /// <summary>The sequence number after the last one it takes.</summary>
    public uint NextSeq => unchecked(Seq + SequenceLength);

    /// <summary>True if every bit of <paramref name="flags"/> is set.</summary>
    public bool Has(TcpFlags flags) => (Flags & flags) == flags;

    /// <summary>True if both say the same; where in its frame each one was does not count.</summary>
    public bool Equals(Segment other) =>
        Time == other.Time && Source == other.Source && Destination == other.Destination && Flags == other.Flags
        && Seq == other.Seq && Ack == other.Ack && Window == other.Window && Length == other.Length && Options == other.Options;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Time, Source, Destination, Flags, Seq, Ack, Length, Options);
}
