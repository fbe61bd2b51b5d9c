using TcpCapture.Diagnosis;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>Who reset a connection, and why.</summary>
/// <param name="By">The end that sent the RST.</param>
/// <param name="Event">Number of the RST's event.</param>
/// <param name="Frame">Number of the RST's frame.</param>
/// <param name="Cause">The cause: from the kernel's reason if it was traced, otherwise from segments and calls.</param>
/// <param name="Because">The cause as a clause in plain words, without a full stop.</param>
/// <param name="Evidence">Number of the event that provoked it (a segment or a call), or 0.</param>
public sealed record ResetVerdict(Side By, long Event, long Frame, ResetCause Cause, string Because, long Evidence)
{
    /// <summary>The kernel's reason (<c>include/net/rstreason.h</c>); null if it was not traced.</summary>
    public string? Reason { get; init; }

    /// <summary>True if the kernel's reason or the calls show the cause; false if it is unknown, or likely by the segments alone.</summary>
    public bool IsCertain => Confidence == ResetConfidence.Shown;

    internal ResetConfidence Confidence { get; init; } = Cause == ResetCause.Unknown ? ResetConfidence.None : ResetConfidence.Shown;

    /// <summary>True if the kernel's reason agrees with segments and calls, or no reason is known.</summary>
    public bool Agrees { get; init; } = true;

    /// <summary>
    /// Adds the kernel's reason. It decides if it allows only one cause; if it allows several (TCP_STATE: zero linger time or
    /// closed listener), segments and calls decide.
    /// </summary>
    internal ResetVerdict With(string? reason)
    {
        if (reason is null) return this;
        var verdict = this with { Reason = reason };
        if (ResetReasons.Allow(reason, Cause) || ResetReasons.FirstCause(reason) is not { } cause) return verdict;
        verdict = verdict with { Cause = cause, Confidence = ResetConfidence.Shown };
        return Cause == ResetCause.Unknown
            ? verdict with { Because = "the kernel's word alone tells why, neither a segment nor a call in the recording does" }
            : verdict with { Agrees = false };
    }
}
