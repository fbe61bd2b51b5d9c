using TcpCapture.Model;

namespace TcpCapture;

/// <summary>How the recording or capture behind a timeline ended, and what was lost.</summary>
/// <param name="End">Its end mark; null if it has none.</param>
/// <param name="CutOff">Where and why it stops early; null if it is complete.</param>
/// <param name="Late">Observations that arrived too late to be put in order.</param>
public readonly record struct TimelineEnd(RecordingEnd? End, string? CutOff, long Late)
{
    /// <summary>What the file held when it was finished and lacks now; null if nothing is missing.</summary>
    public string? Missing { get; init; }

    /// <summary>How many observations of each kind the file lost after it was recorded; null for none.</summary>
    internal RecordingContents? Lost { get; init; }

    /// <summary>Connections dropped from memory because too many were open.</summary>
    internal long GivenUp { get; init; }

    /// <summary>What else weakens conclusions, one sentence each; null for nothing.</summary>
    internal IReadOnlyList<string>? Remarks { get; init; }
}
