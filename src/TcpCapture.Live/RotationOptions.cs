namespace TcpCapture.Live;

/// <summary>When a recording begins its next part. Each part is a whole recording in a sub-folder of its own, 0001, 0002 ….</summary>
public sealed record RotationOptions
{
    /// <summary>Bytes of a part: it ends with the frame that has filled it. Null: no limit.</summary>
    public long? Bytes { get; init; }

    /// <summary>Length of time of a part. Null: no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Parts kept, the one that is recorded not counted; older ones are deleted. Null: all.</summary>
    public int? Keep { get; init; }

    /// <summary>Least size of a part: smaller ones would be more header than recording.</summary>
    public const long LeastBytes = 100_000;

    /// <summary>
    /// Least time of a part, and by size too no cut follows another sooner: so long a part stays open for what comes late of its time.
    /// </summary>
    public static TimeSpan LeastTime { get; } = TimeSpan.FromSeconds(1);
}
