using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.SystemTests.Merging;

/// <summary>Writes a recording as if its host had had another clock.</summary>
/// <param name="writer">The copy.</param>
/// <param name="start">The recording's start on the true clock, where the drift begins.</param>
/// <param name="offset">Offset of the other clock at the start, in nanoseconds.</param>
/// <param name="driftPpm">Drift of the other clock, in parts per million.</param>
internal sealed class OtherClock(RecordingWriter writer, Timestamp start, long offset, int driftPpm) : IObservationSink
{
    /// <summary>Writes a copy of a recording.</summary>
    public static Recording Copy(Recording original, string path, long offset, int driftPpm)
    {
        var info = original.Info;
        using (var writer = RecordingWriter.Create(path, info with { Start = Shift(info.Start, info.Start, offset, driftPpm) }))
        {
            original.Replay(new OtherClock(writer, info.Start, offset, driftPpm));
            var end = original.End!;
            Assert.True(writer.Complete(end with { Time = Shift(end.Time, info.Start, offset, driftPpm) }), writer.Failure?.Message);
        }

        return Recording.Open(path);
    }

    /// <summary>The offset of the other clock at a time of the true one, in nanoseconds.</summary>
    public static long OffsetAt(Timestamp time, Timestamp start, long offset, int driftPpm) => offset + (time - start) * driftPpm / 1_000_000;

    public void OnFrame(in Frame frame) => writer.OnFrame(new Frame(Shift(frame.Time), frame.LinkType, frame.OriginalLength, frame.Bytes));
    public void OnCall(SocketCall call) => writer.OnCall(call with { Begin = Shift(call.Begin), End = call.End is { } end ? Shift(end) : null });

    public void OnSample(SocketSample sample) =>
        writer.OnSample(sample with { NotBefore = Shift(sample.NotBefore), NotAfter = Shift(sample.NotAfter) });

    public void OnOwner(SocketOwner owner) => writer.OnOwner(owner with { Time = Shift(owner.Time) });
    public void OnTrace(KernelEvent trace) => writer.OnTrace(trace with { Time = Shift(trace.Time) });
    private Timestamp Shift(Timestamp time) => Shift(time, start, offset, driftPpm);

    private static Timestamp Shift(Timestamp time, Timestamp start, long offset, int driftPpm) =>
        new(time.Nanoseconds + OffsetAt(time, start, offset, driftPpm));
}
