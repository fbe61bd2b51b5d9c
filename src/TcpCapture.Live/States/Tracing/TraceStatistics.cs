using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>What a trace has done, and what it may have missed. Times in nanoseconds.</summary>
/// <param name="Events">Kernel events delivered.</param>
/// <param name="Lost">Events the kernel overwrote before they were read, or could not place.</param>
/// <param name="Unreadable">Records and pages that made no sense.</param>
/// <param name="Clock">The trace's clock against packet time, at the start.</param>
/// <param name="ClockAtEnd">The same at the end; null before it, and if it could not be measured.</param>
/// <param name="CpuNanoseconds">CPU time of the reading thread.</param>
/// <param name="Failure">Why the trace ended early, one line; null if it did not.</param>
internal sealed record TraceStatistics(
    long Events, long Lost, long Unreadable, ClockOffset Clock, ClockOffset? ClockAtEnd, long CpuNanoseconds, string? Failure)
{
    /// <summary>All that the kernel reported before has been delivered; one that ended early has delivered all it will.</summary>
    public Timestamp Reached { get; init; } = new(long.MaxValue);
}
