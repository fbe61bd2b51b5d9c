using TcpCapture.Live.Capture;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Live.Parts;

/// <summary>
/// The parts a session's recording is written in, one after the other: what each begins with, when it is whole, and how it ended.
/// </summary>
/// <param name="relay">Where the session writes.</param>
/// <param name="sieve">What holds reports of the kernel back until they are known to be of what is observed; null: nothing does.</param>
/// <param name="capture">The capture, for its counts.</param>
/// <param name="states">The state source, for its counts and lists.</param>
/// <param name="ports">The ports observed.</param>
internal sealed class RecordingParts(
    RecordingRelay relay, CapturedEventFilter? sieve, IFrameSource capture, IStateSource states, IReadOnlyList<ushort> ports)
{
    private readonly PartStatistics _counted = new();
    private Exception? _failure;

    /// <summary>Why a part could not be written to its end; null if all could.</summary>
    public Exception? Failure => _failure ?? relay.Failure;

    /// <summary>True if the kernel's reports of the part before are all there; on a machine with much to do they come seconds later.</summary>
    public bool HasTracedEarlier => states.Trace is not { } trace || trace.Reached > relay.CutAt;

    /// <summary>Opens the first part.</summary>
    /// <param name="first">Its folder.</param>
    /// <param name="info">Its header; those of later parts differ in start and number.</param>
    /// <param name="rotation">When the next begins; null: there is one only.</param>
    /// <param name="nextFolder">Makes the folder of each further part, by its number.</param>
    /// <exception cref="TcpCaptureException">It cannot be written.</exception>
    public static RecordingRelay Open(OutputFolder first, RecordingInfo info, RotationOptions? rotation, Func<int, OutputFolder>? nextFolder)
    {
        var writer = RecordingWriter.Create(first.RawPath, info);
        if (rotation is null || nextFolder is null) return new RecordingRelay(writer);
        var part = 1;
        return new RecordingRelay(
            writer,
            start => RecordingWriter.Create(nextFolder(++part).RawPath, info with { Start = start, Part = part }),
            rotation.Bytes ?? 0);
    }

    /// <summary>Lists anew what stands there, for the part that has just begun.</summary>
    /// <exception cref="TcpCaptureException">The system does not list its sockets.</exception>
    public void Begin() => states.Adopt(ports);

    /// <summary>Ends the part before, for which nothing more is waited for.</summary>
    /// <returns>Its end; null if there is no part open but the present one.</returns>
    public RecordingEnd? EndEarlier() => EndEarlier(relay.CutAt);

    /// <summary>Nothing more comes: ends the part before, if it is open still.</summary>
    /// <returns>The last part's end, to be completed and written.</returns>
    public RecordingEnd Conclude()
    {
        EndEarlier(new Timestamp(long.MaxValue));
        return Conclude(Timestamp.Now, relay.Current.Frames);
    }

    private RecordingEnd? EndEarlier(Timestamp flushedUntil)
    {
        sieve?.Flush(flushedUntil);
        if (relay.CloseEarlier() is not { } part) return null;
        using (part)
        {
            var end = Conclude(relay.CutAt, part.Frames) with { IsContinued = true };
            if (!part.Complete(end)) _failure ??= part.Failure;
            return end;
        }
    }

    private RecordingEnd Conclude(Timestamp time, long frames) =>
        _counted.Conclude(time, frames, capture.Statistics, states.Statistics, states.Trace);
}
