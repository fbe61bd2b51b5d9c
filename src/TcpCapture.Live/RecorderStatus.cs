using TcpCapture.Live.Observation;

namespace TcpCapture.Live;

/// <summary>How a recording stands.</summary>
public sealed record RecorderStatus
{
    /// <summary>Time since it began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What has passed.</summary>
    public required TrafficCounts Counts { get; init; }

    /// <summary>Frames that the kernel or the interface dropped; null if the capture cannot tell.</summary>
    public long? Dropped { get; init; }

    /// <summary>Bytes recorded, of all parts, those deleted included.</summary>
    public required long Bytes { get; init; }

    /// <summary>Number of the part that is recorded, from 1.</summary>
    public int Part { get; init; } = 1;

    /// <summary>Parts recorded whose files are still to be written; 1 while that of the last part goes on.</summary>
    public int PartsWaiting { get; init; }

    /// <summary>True once it has been told to end and only waits for closed connections' timers.</summary>
    public bool IsFollowing { get; init; }
}
