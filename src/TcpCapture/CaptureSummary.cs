using TcpCapture.Analysis;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>What captures made by others hold, in numbers.</summary>
public sealed record CaptureSummary
{
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

    /// <summary>Frames of link types that cannot be decoded.</summary>
    public long Undecoded { get; init; }

    /// <summary>The link types of those, LINKTYPE_ values.</summary>
    public IReadOnlyList<int> LinkTypes { get; init; } = [];

    /// <summary>Connections.</summary>
    public long Connections { get; init; }

    /// <summary>What could not be read and what else weakens conclusions, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What was found, about single connections and about the whole.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}
