namespace TcpCapture.Live;

/// <summary>What a recorder has recorded so far; after its end, also what became of it.</summary>
public sealed record RecorderStatus
{
    /// <summary>Time since it began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Connections seen, including those that began before the recording.</summary>
    public long Connections => Final?.Connections ?? Counts.Connections;

    /// <summary>Connections that failed; during the recording only those that were reset or refused.</summary>
    public long Failed => Final?.Failed ?? Counts.Failed;

    /// <summary>Connections that neither both ends closed nor one end reset.</summary>
    public long Open => Final?.Open ?? Counts.Open;

    /// <summary>Segments captured.</summary>
    public long Segments => Counts.Segments;

    /// <summary>During the recording segments with RST; after its end, connections that were reset or refused.</summary>
    public long Resets => Final?.Resets ?? Counts.Resets;

    /// <summary>Retransmitted SYNs.</summary>
    public long SynRetransmissions => Final?.SynRetransmissions ?? Counts.SynRetransmissions;

    /// <summary>Retransmitted segments with data, SYN or FIN.</summary>
    public long Retransmissions => Final?.Retransmissions ?? Counts.Retransmissions + Counts.SynRetransmissions;

    internal TrafficCounts Counts { get; init; }

    /// <summary>What the timelines of all parts hold, after the end; null before, and if not all parts could be written.</summary>
    public TimelineCounts? Final { get; init; }

    /// <summary>After the end: the first findings about failures, grouped.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Frames that the kernel or the interface dropped; null if unknown.</summary>
    public long? Dropped { get; init; }

    /// <summary>Bytes recorded, of all parts, including deleted ones.</summary>
    public required long Bytes { get; init; }

    /// <summary>Number of the part that is being recorded, from 1; after the end, the number of parts.</summary>
    public int Part { get; init; } = 1;

    /// <summary>Recorded parts whose files are still to be written.</summary>
    public int PartsWaiting { get; init; }

    /// <summary>True once it was ended and only waits for the timers of closed connections.</summary>
    public bool IsFollowing { get; init; }

    /// <summary>After the end: folders of the parts whose files are complete, in order; without rotation the output folder.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>After the end: parts deleted because only newer ones were to be kept.</summary>
    public int PartsDeleted { get; init; }

    /// <summary>After the end: what went wrong; empty if nothing did.</summary>
    public IReadOnlyList<TcpCaptureException> Failures { get; init; } = [];
}
