using TcpCapture.Model;

namespace TcpCapture;

/// <summary>How the recording behind a timeline ended, as far as that bears on what may be concluded from it.</summary>
/// <param name="End">Its end mark; null if it has none.</param>
/// <param name="CutOff">Where and why it stops early; null if it is whole.</param>
/// <param name="Late">Observations that came too late to be put in order.</param>
public sealed record TimelineEnd(RecordingEnd? End, string? CutOff, long Late)
{
    /// <summary>What the file held when it was finished and lacks now; null if nothing is missing.</summary>
    public string? Missing { get; init; }
}
