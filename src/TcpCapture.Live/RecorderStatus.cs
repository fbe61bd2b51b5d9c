namespace TcpCapture.Live;

/// <summary>What a recorder has recorded so far.</summary>
public sealed record RecorderStatus
{
    /// <summary>Time since it began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Segments and connections captured.</summary>
    public required TrafficCounts Counts { get; init; }

    /// <summary>Frames that the kernel or the interface dropped; null if unknown.</summary>
    public long? Dropped { get; init; }

    /// <summary>Bytes recorded, of all parts, including deleted ones.</summary>
    public required long Bytes { get; init; }

    /// <summary>Number of the part that is being recorded, from 1.</summary>
    public int Part { get; init; } = 1;

    /// <summary>Recorded parts whose files are still to be written.</summary>
    public int PartsWaiting { get; init; }

    /// <summary>True once it was ended and only waits for the timers of closed connections.</summary>
    public bool IsFollowing { get; init; }
}

/// <summary>How a recorder ended.</summary>
public sealed record RecorderResult
{
    /// <summary>The last status.</summary>
    public required RecorderStatus Status { get; init; }

    /// <summary>Parts recorded; 1 without rotation.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Folders of the parts whose files are complete, in order; without rotation the output folder.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>Parts deleted because only newer ones were to be kept.</summary>
    public int PartsDeleted { get; init; }

    /// <summary>What went wrong; empty if nothing did.</summary>
    public IReadOnlyList<TcpCaptureException> Failures { get; init; } = [];
}
