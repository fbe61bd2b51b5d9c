using System.Text.Json.Serialization;

namespace TcpCapture.Model;

/// <summary>Why a recording ended.</summary>
public enum RecordingOutcome : byte
{
    /// <summary>As planned: the programs were done, or the time was over.</summary>
    Completed,

    /// <summary>The user interrupted it.</summary>
    Interrupted,

    /// <summary>The observer gave it up without finishing it.</summary>
    Abandoned,

    /// <summary>Observation failed; <see cref="RecordingEnd.Failure"/> has the reason.</summary>
    Failed,
}

/// <summary>How a recording ended, and what it may have missed.</summary>
public sealed record RecordingEnd
{
    /// <summary>The outcomes as the file has them; a failure has its own sentence instead.</summary>
    private static readonly string[] Words = ["done", "interrupted", "given up"];

    /// <summary>When observation ended.</summary>
    public Timestamp Time { get; init; }

    /// <summary>Frames the capture delivered.</summary>
    public long Frames { get; init; }

    /// <summary>Frames the kernel dropped for want of buffer (<c>ps_drop</c>); null if the capture cannot tell.</summary>
    public long? DroppedByKernel { get; init; }

    /// <summary>Frames the interface or its driver dropped (<c>ps_ifdrop</c>); null if the capture cannot tell.</summary>
    public long? DroppedByInterface { get; init; }

    /// <summary>Rounds of looks at the sockets.</summary>
    public long Looks { get; init; }

    /// <summary>The longest time between two rounds, in nanoseconds.</summary>
    public long LongestSamplingGapNanoseconds { get; init; }

    /// <summary>CPU time of the sampling thread, in nanoseconds; null where not measured.</summary>
    public long? SamplerCpuNanoseconds { get; init; }

    /// <summary>Kernel events delivered; null without a trace.</summary>
    public long? TraceEvents { get; init; }

    /// <summary>Kernel events lost, since the buffer was full or a record could not be read; null without a trace.</summary>
    public long? TraceOverruns { get; init; }

    /// <summary>
    /// Why the trace ended before the recording did, without a full stop: from then on states were sampled only. Null if it
    /// did not, and without a trace.
    /// </summary>
    public string? TraceFailure { get; init; }

    /// <summary>
    /// Why socket calls may be missing or stand at another socket than theirs, without a full stop, even if
    /// <see cref="RecordingInfo.CallsComplete"/> promised them all; null if nothing is known to be missing.
    /// </summary>
    public string? CallsIncomplete { get; init; }

    /// <summary>
    /// How far the offset of the trace's clock, measured again at the end, was from the one measured at the start, in
    /// nanoseconds; null without a trace.
    /// </summary>
    public long? TraceClockDriftNanoseconds { get; init; }

    /// <summary>How far the offset measured at the end may be wrong either way, in nanoseconds; null without a trace.</summary>
    public long? TraceClockBoundNanoseconds { get; init; }

    /// <summary>Connections left out, since they belong to other processes than the programs observed; 0 if nobody chose.</summary>
    public long ConnectionsLeftOut { get; init; }

    /// <summary>Connections kept although it could not be known whether they are the programs'; 0 if nobody chose.</summary>
    public long ConnectionsOfUnknownOwner { get; init; }

    /// <summary>What went otherwise than the scenario says, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>True if another part follows, without a gap.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsContinued { get; init; }

    /// <summary>Why it ended.</summary>
    [JsonIgnore]
    public RecordingOutcome Outcome { get; init; }

    /// <summary>What went wrong, for <see cref="RecordingOutcome.Failed"/>; else null.</summary>
    [JsonIgnore]
    public string? Failure { get; init; }

    /// <summary>Outcome and failure as one text, as the file has them.</summary>
    [JsonInclude]
    internal string Reason
    {
        get => Outcome == RecordingOutcome.Failed ? Failure ?? "" : Words[(int)Outcome];
        init
        {
            var known = Array.IndexOf(Words, value ?? Words[0]); // null: the file says nothing
            (Outcome, Failure) = known >= 0 ? ((RecordingOutcome)known, null) : (RecordingOutcome.Failed, value);
        }
    }

    /// <summary>The same of the second host, if this ends a merged recording; null if it does not. Its times are on its own clock.</summary>
    public RecordingEnd? Peer { get; init; }
}
