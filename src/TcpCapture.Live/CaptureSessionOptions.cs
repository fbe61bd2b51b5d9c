namespace TcpCapture.Live;

/// <summary>How to observe.</summary>
public sealed record CaptureSessionOptions
{
    /// <summary>Interface to capture on; null: the loopback interface. <c>any</c> works on Linux.</summary>
    public string? Interface { get; init; }

    /// <summary>Where socket states come from.</summary>
    public StateSourceChoice States { get; init; } = StateSourceChoice.Auto;

    /// <summary>Folder of the files; null: a temporary one, deleted when the session is disposed.</summary>
    public string? Folder { get; init; }

    /// <summary>Replace the files of a folder that is not empty.</summary>
    public bool ReplaceFiles { get; init; }

    /// <summary>Time between two samples of a socket; null: the source's own, 1 ms for sampled.</summary>
    public TimeSpan? SampleInterval { get; init; }

    /// <summary>At the end, wait until TIME_WAIT and FIN_WAIT_2 have ended.</summary>
    public bool Follow { get; init; }

    /// <summary>
    /// Also record connections that exist already: the sockets on the scope's ports are listed at the start and sampled. For a
    /// scope without ports, only kernel events about captured connections are kept.
    /// </summary>
    public bool Attach { get; init; }

    /// <summary>Tests whether socket states can come from a source here, in the network namespace of the calling thread.</summary>
    /// <param name="source">The source.</param>
    /// <returns>Null on success; otherwise the error, whose message is the reason without a full stop.</returns>
    public static TcpCaptureException? ProbeStates(StateSourceChoice source) =>
        StateSources.Try(source) is { IsAvailable: false } tried
            ? new StateSourceException(tried.Reason, remedy: tried.Remedy)
            : null;

    /// <summary>Also trace the frames that the kernel drops, of any connection.</summary>
    internal bool TraceDrops { get; init; } = true;

    /// <summary>BPF expression that narrows the capture further; null: all of the scope.</summary>
    public string? Filter { get; init; }
}

/// <summary>When a recorder begins its next part. Each part is a complete recording in its own sub-folder, 0001, 0002 ….</summary>
internal sealed record RotationOptions
{
    /// <summary>Minimum size of a part in bytes: a smaller one would be mostly header.</summary>
    public const long MinBytes = 100_000;

    /// <summary>Minimum part duration; also enforced between size-based cuts, so that late observations find their part open.</summary>
    public static TimeSpan MinTime { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Size of a part in bytes: it ends with the frame that reaches it. Null: no limit.</summary>
    public long? Bytes { get; init; }

    /// <summary>Duration of a part. Null: no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Number of parts kept, without the one being recorded; older ones are deleted. Null: all.</summary>
    public int? Keep { get; init; }
}
