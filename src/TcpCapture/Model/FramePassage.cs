namespace TcpCapture.Model;

/// <summary>A frame of a merged recording: which host captured it, and whether the other host did.</summary>
internal sealed record FramePassage
{
    public required PassageKind Kind { get; init; }

    /// <summary>The host that captured it: 0 for the first, 1 for the second. All times are on the first host's clock.</summary>
    public required int Host { get; init; }

    /// <summary>Its number in that host's own recording, from 1.</summary>
    public required long HostFrame { get; init; }

    /// <summary>For <see cref="PassageKind.Sent"/>: when the other host captured it; null if it did not.</summary>
    public Timestamp? Arrival { get; init; }

    /// <summary>The maximum error of <see cref="Arrival"/> in either direction, in nanoseconds; null if it is unbounded.</summary>
    public long? ArrivalErrorNanoseconds { get; init; }

    /// <summary>Its number in the other host's recording, from 1; 0 if it is not in it.</summary>
    public long ArrivalFrame { get; init; }

    /// <summary>True if it was split or joined on the way (TSO, GRO); <see cref="Arrival"/> is that of its last byte.</summary>
    public bool IsInPieces { get; init; }

    /// <summary>Number of bytes that did not arrive of a frame that was split and arrived in part.</summary>
    public int MissingBytes { get; init; }

    /// <summary>Its source as the first host sees it, if NAT changed an address; else null.</summary>
    public Endpoint? Source { get; init; }

    /// <summary>Its destination as the first host sees it, if NAT changed an address; else null.</summary>
    public Endpoint? Destination { get; init; }

    /// <summary>True if the other host did not capture it, but dropped frames, perhaps this one.</summary>
    public bool MayHaveBeenMissed { get; init; }

    /// <summary>True if it was sent, and the other host was recording but did not capture it.</summary>
    public bool IsLost => Kind == PassageKind.Sent && Arrival is null && !MayHaveBeenMissed;
}

/// <summary>Whether a frame of a merged recording was sent between the two hosts.</summary>
internal enum PassageKind : byte
{
    OneHost, // not between the two hosts, or the other host was not recording
    Sent, // sent by one host to the other; FramePassage.Arrival is null if it did not arrive
    Unsent, // received, but not captured at its sender: created on the way, or missed there
}
