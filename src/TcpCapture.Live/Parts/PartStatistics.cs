using TcpCapture.Live.Capture;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Parts;

/// <summary>Divides what sources count from their start among the parts of a recording.</summary>
internal sealed class PartStatistics
{
    private CaptureStatistics _capture;
    private SamplingStatistics _looks;
    private long _traceEvents;
    private long _traceLosses;

    /// <summary>The end of a part, with what was counted since the part before ended.</summary>
    public RecordingEnd Conclude(Timestamp time, long frames, CaptureStatistics capture, SamplingStatistics looks, TraceStatistics? trace)
    {
        var losses = trace is null ? 0 : trace.Lost + trace.Unreadable;
        var end = new RecordingEnd
        {
            Time = time,
            Frames = frames,
            DroppedByKernel = Since(capture.DroppedByKernel, _capture.DroppedByKernel),
            DroppedByInterface = Since(capture.DroppedByInterface, _capture.DroppedByInterface),
            Looks = looks.Rounds - _looks.Rounds,
            // The longest of all so far is this part's if it is longer than that of the parts before.
            LongestSamplingGapNanoseconds = looks.LongestGapNanoseconds > _looks.LongestGapNanoseconds ? looks.LongestGapNanoseconds : 0,
            SamplerCpuNanoseconds = Since(looks.CpuNanoseconds, _looks.CpuNanoseconds),
            TraceEvents = trace is null ? null : trace.Events - _traceEvents,
            TraceOverruns = trace is null ? null : losses - _traceLosses,
            TraceClockDriftNanoseconds = trace?.ClockAtEnd?.Nanoseconds - trace?.Clock.Nanoseconds,
            TraceClockBoundNanoseconds = trace?.ClockAtEnd?.BoundNanoseconds,
            TraceFailure = trace?.Failure,
        };
        _capture = capture;
        _looks = looks;
        _traceEvents = trace?.Events ?? 0;
        _traceLosses = losses;
        return end;
    }

    private static long? Since(long? now, long? before) => now - (before ?? 0);
}
