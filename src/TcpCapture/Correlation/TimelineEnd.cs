using TcpCapture.Model;

namespace TcpCapture;

/// <summary>How a recording or capture ended, and what was lost.</summary>
public readonly record struct TimelineEnd
{
    internal TimelineEnd(RecordingEnd? end, string? cutOff, long late) => (End, CutOff, Late) = (end, cutOff, late);

    /// <summary>When observation ended; null if the file was cut off.</summary>
    public Timestamp? Time => End?.Time;

    /// <summary>True if the user or the observer ended it before its time.</summary>
    public bool IsInterrupted => End?.Outcome is RecordingOutcome.Interrupted or RecordingOutcome.Abandoned;

    /// <summary>Why observation failed; null if it did not.</summary>
    public string? Failure => End?.Failure;

    /// <summary>Where and why the file is cut off; null if it is complete.</summary>
    public string? CutOff { get; internal init; }

    /// <summary>Observations that arrived too late to be put in order.</summary>
    public long Late { get; internal init; }

    /// <summary>Frames lost because the kernel's buffer was full; null if unknown.</summary>
    public long? DroppedByKernel => End?.DroppedByKernel;

    /// <summary>Frames lost by the interface or its driver; null if unknown.</summary>
    public long? DroppedByInterface => End?.DroppedByInterface;

    /// <summary>Kernel events lost; null without a trace.</summary>
    public long? LostKernelEvents => End?.TraceOverruns;

    /// <summary>Connections left out because they belong to programs that are not observed.</summary>
    public long ConnectionsLeftOut => End?.ConnectionsLeftOut ?? 0;

    /// <summary>Connections kept although their owner is unknown.</summary>
    public long ConnectionsOfUnknownOwner => End?.ConnectionsOfUnknownOwner ?? 0;

    /// <summary>Deviations from the scenario, one sentence each.</summary>
    public IReadOnlyList<string> Notes => End?.Notes ?? [];

    /// <summary>What the file lost after it was recorded; null if nothing is missing.</summary>
    public string? Missing { get; internal init; }

    /// <summary>The end of the recording as saved; null if the file was cut off.</summary>
    internal RecordingEnd? End { get; init; }

    /// <summary>Number of observations the file lost after it was recorded, by kind; null for none.</summary>
    internal RecordingContents? Lost { get; init; }

    internal void Deconstruct(out RecordingEnd? end, out string? cutOff, out long late) => (end, cutOff, late) = (End, CutOff, Late);

    /// <summary>Connections dropped from memory because too many were open.</summary>
    internal long GivenUp { get; init; }

    /// <summary>ICMP errors that quote no known connection.</summary>
    internal long UnmatchedIcmp { get; init; }

    /// <summary>Other limits of the conclusions, one sentence each; null for none.</summary>
    internal IReadOnlyList<string>? Remarks { get; init; }
}
