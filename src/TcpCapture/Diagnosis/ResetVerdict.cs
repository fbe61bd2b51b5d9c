using TcpCapture.Diagnosis;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>Who reset a connection, and why.</summary>
/// <param name="By">The end that sent the RST.</param>
/// <param name="Event">Number of the RST's event.</param>
/// <param name="Frame">Number of the RST's frame.</param>
/// <param name="Cause">Why: by the kernel's own reason where it was traced, else as far as segments and calls tell.</param>
/// <param name="Because">The same as a clause for people, without a full stop.</param>
/// <param name="Evidence">Number of the event that provoked it (a segment or a call), or 0.</param>
public sealed record ResetVerdict(Side By, long Event, long Frame, ResetCause Cause, string Because, long Evidence)
{
    /// <summary>The kernel's own word (<c>include/net/rstreason.h</c>); null without a trace.</summary>
    public string? Reason { get; init; }

    /// <summary>How far it can be trusted.</summary>
    public ResetConfidence Confidence { get; init; } = Cause == ResetCause.Unknown ? ResetConfidence.None : ResetConfidence.Shown;

    /// <summary>True if the kernel's reason and the segments and calls lead to the same cause, or there is no such reason to ask.</summary>
    public bool Agrees { get; init; } = true;

    /// <summary>
    /// The verdict with the kernel's reason. A reason that leaves only one cause decides; one that fits several (TCP_STATE
    /// comes from a zero linger time and from a closed listener alike) leaves it to segments and calls.
    /// </summary>
    internal ResetVerdict With(string? reason)
    {
        if (reason is null) return this;
        if (!ResetReasons.Allow(reason, Cause) && ResetReasons.FirstCause(reason) is { } cause)
            return Cause == ResetCause.Unknown
                ? this with { Reason = reason, Cause = cause, Confidence = ResetConfidence.Shown, Because = "the kernel's word alone tells why, neither a segment nor a call in the recording does" }
                : this with { Reason = reason, Cause = cause, Confidence = ResetConfidence.Shown, Agrees = false };
        return this with { Reason = reason };
    }
}
