using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>Reads a recording's observations in order, one at a time, so that two recordings can be read side by side.</summary>
internal sealed class OrderedRecording : IObservationSink, IDisposable
{
    private const long AheadNanoseconds = 1_000_000_000; // how much earlier the window emits samples and kernel events

    private readonly RecordingCursor _cursor;
    private readonly ReorderWindow _window;
    private readonly FrameQueue _frames = new();
    private readonly Queue<(long Key, object? Observation)> _queue = new();
    private readonly HashSet<long> _begun = [];
    private bool _ended;

    public OrderedRecording(Recording recording)
    {
        _window = new ReorderWindow(this);
        _cursor = new RecordingCursor(recording.FilePath, _window);
    }

    public long Frame { get; private set; } // number of the last frame read

    /// <summary>The next observation's time on the recording's clock; false if there is none.</summary>
    public bool Peek(out Timestamp time, out bool isFrame)
    {
        while (_queue.Count == 0 && !_ended)
        {
            if (_cursor.Next()) continue;
            _ended = true;
            _window.Flush();
        }

        var found = _queue.TryPeek(out var first);
        time = new Timestamp(first.Key);
        isFrame = found && first.Observation is null;
        return found;
    }

    public void Take(IObservationSink sink)
    {
        var observation = _queue.Dequeue().Observation;
        sink.On(observation);
        if (observation is not null) return;
        Frame++;
        sink.OnFrame(_frames.First);
        _frames.RemoveFirst();
    }

    public void Dispose() => _cursor.Dispose();

    void IObservationSink.OnFrame(in Frame frame)
    {
        _frames.Add(frame.Time.Nanoseconds, frame);
        _queue.Enqueue((frame.Time.Nanoseconds, null));
    }

    void IObservationSink.OnCall(SocketCall call)
    {
        // A long call is emitted twice: when it is entered and when it returns.
        if (call.End is null) _begun.Add(call.Id);
        var key = call.End is { } end && _begun.Remove(call.Id) ? end : call.Begin;
        _queue.Enqueue((key.Nanoseconds, call));
    }

    void IObservationSink.OnSample(SocketSample sample) => _queue.Enqueue((sample.NotAfter.Nanoseconds - AheadNanoseconds, sample));

    void IObservationSink.OnOwner(SocketOwner owner) => _queue.Enqueue((owner.Time.Nanoseconds, owner));

    void IObservationSink.OnTrace(KernelEvent trace) => _queue.Enqueue((trace.Time.Nanoseconds - AheadNanoseconds, trace));
}
