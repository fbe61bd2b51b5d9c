namespace TcpCapture.Model;

/// <summary>What is known of a frame of a merged recording beyond its bytes: which host saw it, and what the other one saw of it.</summary>
public sealed record FramePassage
{
    /// <summary>What the frame is to the exchange between the two hosts.</summary>
    public required PassageKind Kind { get; init; }

    /// <summary>The host that saw it: 0 the first recording's, whose clock all times are on, 1 the second's.</summary>
    public required int Host { get; init; }

    /// <summary>Its number in that host's own recording, from 1: the <c>frame</c> of that recording's files.</summary>
    public required long HostFrame { get; init; }

    /// <summary>For <see cref="PassageKind.Sent"/>: when it reached the other host; null if it was not seen to.</summary>
    public Timestamp? Arrival { get; init; }

    /// <summary>
    /// How far <see cref="Arrival"/> may be wrong either way against the sending, in nanoseconds, since two clocks tell; null
    /// where nothing bounds it.
    /// </summary>
    public long? ArrivalErrorNanoseconds { get; init; }

    /// <summary>Its number in the other host's recording, from 1; 0 if it is not there.</summary>
    public long ArrivalFrame { get; init; }

    /// <summary>
    /// True if it was cut into several on the way, or joined with others, as network cards do (TSO, GRO);
    /// <see cref="Arrival"/> is then that of its last byte.
    /// </summary>
    public bool IsInPieces { get; init; }

    /// <summary>
    /// For one that was cut on the way: how many of its bytes were not seen to arrive though others were, 0 if all did;
    /// <see cref="Arrival"/> is then that of the last that did.
    /// </summary>
    public int MissingBytes { get; init; }

    /// <summary>Its source as the first host sees it, if an address was translated on the way; null if none was.</summary>
    public Endpoint? Source { get; init; }

    /// <summary>Its destination as the first host sees it, if an address was translated on the way; null if none was.</summary>
    public Endpoint? Destination { get; init; }

    /// <summary>True if it was not seen to come, but the capture of the other host missed frames: this one, perhaps.</summary>
    public bool MayHaveBeenMissed { get; init; }

    /// <summary>True if it was sent and the other host, which was recording, did not see it come.</summary>
    public bool IsLost => Kind == PassageKind.Sent && Arrival is null && !MayHaveBeenMissed;
}
