namespace TcpCapture.Live;

/// <summary>How a recording ended.</summary>
public sealed record RecorderResult
{
    /// <summary>The last count.</summary>
    public required RecorderStatus Status { get; init; }

    /// <summary>Parts recorded; 1 for a recording that is not in parts.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Folders of the parts whose files are whole, in order; the output folder itself if it is not in parts.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>Parts deleted, since newer ones were to be kept only.</summary>
    public int PartsDeleted { get; init; }

    /// <summary>What went wrong; empty if nothing did.</summary>
    public IReadOnlyList<TcpCaptureException> Failures { get; init; } = [];
}
