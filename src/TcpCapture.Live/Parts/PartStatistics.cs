using TcpCapture.Live.Capture;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Parts;

/// <summary>Divides the sources' counters, which count from the start of the recording, among its parts.</summary>
internal sealed class PartStatistics
{
    private CaptureStatistics _capture;
    private SamplingStatistics _sampling;
    private long _traceEvents;
    private long _traceLosses;

    /// <summary>Returns the end of a part, with the counts since the end of the previous part.</summary>
    public RecordingEnd EndPart(Timestamp time, long frames, CaptureStatistics capture, SamplingStatistics sampling, TraceStatistics? trace)
    {
        var losses = trace is null ? 0 : trace.Lost + trace.Unreadable;
        var end = new RecordingEnd
        {
            Time = time,
            Frames = frames,
            DroppedByKernel = Since(capture.DroppedByKernel, _capture.DroppedByKernel),
            DroppedByInterface = Since(capture.DroppedByInterface, _capture.DroppedByInterface),
            Looks = sampling.Rounds - _sampling.Rounds,
            // The longest gap so far is in this part if it is longer than before.
            LongestSamplingGapNanoseconds =
                sampling.LongestGapNanoseconds > _sampling.LongestGapNanoseconds ? sampling.LongestGapNanoseconds : 0,
            SamplerCpuNanoseconds = Since(sampling.CpuNanoseconds, _sampling.CpuNanoseconds),
            TraceEvents = trace is null ? null : trace.Events - _traceEvents,
            TraceOverruns = trace is null ? null : losses - _traceLosses,
            TraceClockDriftNanoseconds = trace?.ClockAtEnd?.Nanoseconds - trace?.Clock.Nanoseconds,
            TraceClockBoundNanoseconds = trace?.ClockAtEnd?.BoundNanoseconds,
            TraceFailure = trace?.Failure,
        };
        _capture = capture;
        _sampling = sampling;
        _traceEvents = trace?.Events ?? 0;
        _traceLosses = losses;
        return end;
    }

    private static long? Since(long? now, long? before) => now - (before ?? 0);
}
