using TcpCapture.Model;

namespace TcpCapture;

/// <summary>What captures made by others hold, in numbers.</summary>
public sealed record CaptureSummary
{
    /// <summary>The files' names, in the order they were given.</summary>
    public IReadOnlyList<string> FileNames { get; init; } = [];

    /// <summary>Bytes read of the files as they are stored, compressed perhaps.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Time of the first frame, 1970-01-01 if there is none.</summary>
    public Timestamp Start { get; init; }

    /// <summary>Time of the latest frame.</summary>
    public Timestamp End { get; init; }

    /// <summary>Frames read.</summary>
    public long Frames { get; init; }

    /// <summary>TCP segments among them.</summary>
    public long Segments { get; init; }

    /// <summary>Frames that hold something else than TCP.</summary>
    public long NotTcp { get; init; }

    /// <summary>Fragments of IP datagrams that carry TCP: the segments in them are not whole, and not guessed.</summary>
    public long Fragments { get; init; }

    /// <summary>Frames with a header that contradicts itself or is cut.</summary>
    public long Malformed { get; init; }

    /// <summary>Frames that hold several (IEEE 802.11 A-MSDU), of which any may carry TCP: they are not taken apart.</summary>
    public long Aggregates { get; init; }

    /// <summary>Segments left out since their checksum is wrong, if checksums were verified.</summary>
    public long Corrupt { get; init; }

    /// <summary>Frames of link types that cannot be decoded.</summary>
    public long Undecoded { get; init; }

    /// <summary>The link types of those, by name where they have one that is known here: <c>IEEE802_11 (105)</c>.</summary>
    public IReadOnlyList<string> UndecodedLinkTypes { get; init; } = [];

    /// <summary>What the connections come to.</summary>
    public ConnectionTotals Totals { get; init; } = new();

    /// <summary>Connections of those chosen that there were, whose timeline was written.</summary>
    public long Chosen { get; init; }

    /// <summary>Events of their timeline that report.html leaves out, since a browser holds no more.</summary>
    public long LeftOutOfReport { get; init; }

    /// <summary>True if it was stopped before the end of the files.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>What could not be read and what else weakens conclusions, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What was found, about single connections and about the whole.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}
