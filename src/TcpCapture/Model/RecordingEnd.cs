using System.Text.Json.Serialization;

namespace TcpCapture.Model;

/// <summary>Why a recording ended.</summary>
internal enum RecordingOutcome : byte
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
internal sealed record RecordingEnd
{
    /// <summary>The outcomes as stored in the file; a failure is stored as its own sentence.</summary>
    private static readonly string[] Words = ["done", "interrupted", "given up"];

    /// <summary>When observation ended.</summary>
    public Timestamp Time { get; init; }

    /// <summary>Frames the capture delivered.</summary>
    public long Frames { get; init; }

    /// <summary>Frames the kernel dropped because its buffer was full (<c>ps_drop</c>); null if unknown.</summary>
    public long? DroppedByKernel { get; init; }

    /// <summary>Frames the interface or its driver dropped (<c>ps_ifdrop</c>); null if unknown.</summary>
    public long? DroppedByInterface { get; init; }

    /// <summary>Rounds of samples of the sockets.</summary>
    public long Looks { get; init; }

    /// <summary>The longest time between two rounds, in nanoseconds.</summary>
    public long LongestSamplingGapNanoseconds { get; init; }

    /// <summary>CPU time of the sampling thread, in nanoseconds; null if not measured.</summary>
    public long? SamplerCpuNanoseconds { get; init; }

    /// <summary>Kernel events delivered; null without a trace.</summary>
    public long? TraceEvents { get; init; }

    /// <summary>Kernel events lost because the buffer was full or a record could not be read; null without a trace.</summary>
    public long? TraceOverruns { get; init; }

    /// <summary>Why the trace ended early, without a full stop; states were only sampled from then on. Null if it did not.</summary>
    public string? TraceFailure { get; init; }

    /// <summary>Why calls may be missing or at the wrong socket; overrides <see cref="RecordingInfo.CallsComplete"/>.</summary>
    public string? CallsIncomplete { get; init; }

    /// <summary>How much the offset of the trace's clock changed from start to end, in nanoseconds; null without a trace.</summary>
    public long? TraceClockDriftNanoseconds { get; init; }

    /// <summary>The maximum error of the offset measured at the end, in nanoseconds; null without a trace.</summary>
    public long? TraceClockBoundNanoseconds { get; init; }

    /// <summary>Connections left out because they belong to processes that are not observed; 0 without such a choice.</summary>
    public long ConnectionsLeftOut { get; init; }

    /// <summary>Connections kept although their owner is unknown; 0 without such a choice.</summary>
    public long ConnectionsOfUnknownOwner { get; init; }

    /// <summary>Deviations from the scenario, one sentence each.</summary>
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

    /// <summary>Outcome and failure as one text, as stored in the file.</summary>
    [JsonInclude]
    internal string Reason
    {
        get => Outcome == RecordingOutcome.Failed ? Failure ?? "" : Words[(int)Outcome];
        init
        {
            var known = Array.IndexOf(Words, value ?? Words[0]); // null: absent in the file
            (Outcome, Failure) = known >= 0 ? ((RecordingOutcome)known, null) : (RecordingOutcome.Failed, value);
        }
    }

    /// <summary>The end of the second host's recording, on its own clock; null unless this is a merged recording.</summary>
    public RecordingEnd? Peer { get; init; }
}
