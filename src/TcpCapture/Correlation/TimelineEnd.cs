using TcpCapture.Model;

namespace TcpCapture;

/// <summary>How the recording or capture ended, and what was lost.</summary>
/// <param name="End">The end of the recording; null if it has none.</param>
/// <param name="CutOff">Where and why the file is cut off; null if it is complete.</param>
/// <param name="Late">Observations that arrived too late to be put in order.</param>
public readonly record struct TimelineEnd(RecordingEnd? End, string? CutOff, long Late)
{
    /// <summary>What the file lost after it was recorded; null if nothing is missing.</summary>
    public string? Missing { get; init; }

    /// <summary>Number of observations the file lost after it was recorded, by kind; null for none.</summary>
    internal RecordingContents? Lost { get; init; }

    /// <summary>Connections dropped from memory because too many were open.</summary>
    internal long GivenUp { get; init; }

    /// <summary>ICMP errors that quote no known connection.</summary>
    internal long UnmatchedIcmp { get; init; }

    /// <summary>Other limits of the conclusions, one sentence each; null for none.</summary>
    internal IReadOnlyList<string>? Remarks { get; init; }
}
