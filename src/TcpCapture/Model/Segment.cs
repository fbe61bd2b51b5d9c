namespace TcpCapture.Model;

/// <summary>A TCP segment as seen at the capture point. Sequence and acknowledgement numbers are those on the wire.</summary>
public record struct Segment
{
    // For the decoder, which writes a segment in its place: made elsewhere and copied, it would cost twice as much.
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
    internal bool _isCut;

    /// <summary>When it passed the capture point.</summary>
    public Timestamp Time
    {
        readonly get => _time;
        init => _time = value;
    }

    /// <summary>The sender.</summary>
    public Endpoint Source
    {
        readonly get => _source;
        init => _source = value;
    }

    /// <summary>The receiver.</summary>
    public Endpoint Destination
    {
        readonly get => _destination;
        init => _destination = value;
    }

    /// <summary>Control bits.</summary>
    public TcpFlags Flags
    {
        readonly get => _flags;
        init => _flags = value;
    }

    /// <summary>Sequence number of the first byte (of the SYN, if set).</summary>
    public uint Seq
    {
        readonly get => _seq;
        init => _seq = value;
    }

    /// <summary>Acknowledgement number; meaningless without <see cref="TcpFlags.Ack"/>.</summary>
    public uint Ack
    {
        readonly get => _ack;
        init => _ack = value;
    }

    /// <summary>The window field, unscaled.</summary>
    public ushort Window
    {
        readonly get => _window;
        init => _window = value;
    }

    /// <summary>Payload bytes by the IP header's length, whether or not the capture holds them all.</summary>
    public int Length
    {
        readonly get => _length;
        init => _length = value;
    }

    /// <summary>The TCP options.</summary>
    public TcpOptions Options
    {
        readonly get => _options;
        init => _options = value;
    }

    /// <summary>
    /// Where its TCP header begins in the bytes of the frame it was decoded from; 0 if it was not decoded from one. It is
    /// about the frame: the same segment seen on two link layers is equal.
    /// </summary>
    internal int HeaderAt
    {
        readonly get => _headerAt;
        init => _headerAt = value;
    }

    /// <summary>The capture does not hold all of its payload; of the frame, too, and not part of what it says.</summary>
    internal bool IsCut
    {
        readonly get => _isCut;
        init => _isCut = value;
    }

    /// <summary>Source and destination.</summary>
    public readonly FourTuple FourTuple => new(Source, Destination);

    /// <summary>Sequence space it takes: payload, plus one for SYN and one for FIN.</summary>
    public readonly uint SequenceLength => (uint)Length + (((uint)Flags >> 1) & 1) + ((uint)Flags & 1); // SYN is bit 1, FIN bit 0

    /// <summary>The sequence number after the last one it takes.</summary>
    public readonly uint NextSeq => unchecked(Seq + SequenceLength);

    /// <summary>True if every bit of <paramref name="flags"/> is set.</summary>
    public readonly bool Has(TcpFlags flags) => (Flags & flags) == flags;

    /// <summary>True if both say the same; where in its frame each one was does not count.</summary>
    public readonly bool Equals(Segment other) =>
        Time == other.Time && Source == other.Source && Destination == other.Destination && Flags == other.Flags
        && Seq == other.Seq && Ack == other.Ack && Window == other.Window && Length == other.Length && Options == other.Options;

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Time, Source, Destination, Flags, Seq, Ack, Length, Options);
}
