using TcpCapture.Live.Capture;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Live.Parts;

/// <summary>Opens and ends the parts of a session's recording.</summary>
internal sealed class RecordingParts(
    RecordingRelay relay, CapturedEventFilter? filter, IFrameSource capture, IStateSource states, IReadOnlyList<ushort> ports)
{
    private readonly PartStatistics _statistics = new();
    private Exception? _failure;

    public Exception? Failure => _failure ?? relay.Failure;

    /// <summary>True if all kernel events of the previous part have arrived; on a busy machine, they are seconds late.</summary>
    public bool HasTracedEarlier => states.Trace is not { } trace || trace.Reached > relay.CutAt;

    /// <summary>Opens the first part.</summary>
    public static RecordingRelay Open(
        OutputFolder first, RecordingInfo info, RotationOptions? rotation, Func<int, OutputFolder>? nextFolder)
    {
        var writer = RecordingWriter.Create(first.RawPath, info);
        if (rotation is null || nextFolder is null) return new RecordingRelay(writer);
        var part = 1;
        return new RecordingRelay(
            writer, start => RecordingWriter.Create(nextFolder(++part).RawPath, info with { Start = start, Part = part }),
            rotation.Bytes ?? 0);
    }

    /// <summary>Records the existing sockets in the new part.</summary>
    public void Begin() => states.Adopt(ports);

    /// <summary>Ends the previous part; returns its end, or null if it has already ended.</summary>
    public RecordingEnd? EndEarlier() => EndEarlier(relay.CutAt);

    /// <summary>Ends the previous part if it is open, and returns the end of the last part, which the caller writes.</summary>
    public RecordingEnd End()
    {
        EndEarlier(new Timestamp(long.MaxValue));
        return End(Timestamp.Now, relay.Current.Frames);
    }

    private RecordingEnd? EndEarlier(Timestamp flushedUntil)
    {
        filter?.Flush(flushedUntil);
        if (relay.CloseEarlier() is not { } part) return null;
        using (part)
        {
            var end = End(relay.CutAt, part.Frames) with { IsContinued = true };
            if (!part.Complete(end)) _failure ??= part.Failure;
            return end;
        }
    }

    private RecordingEnd End(Timestamp time, long frames) =>
        _statistics.EndPart(time, frames, capture.Statistics, states.Statistics, states.Trace);
}
