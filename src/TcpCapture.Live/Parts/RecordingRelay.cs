using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Live.Parts;

/// <summary>Writes live observations to one recording, or to successive parts of it without a gap.</summary>
/// <remarks>
/// Theory of operation. A cut is a time. An observation belongs to a part by its own time, not by its arrival: kernel events
/// arrive some tenths of a second after the segments, and the part needs those of its last segments. Therefore the previous
/// part stays open beside the current one until <see cref="CloseEarlier"/>. Frames keep their order: after the first frame
/// of the current part, all frames belong to it, so that the parts together hold the capture, each frame once.
///
/// The capture thread checks the size before it writes a frame: a part ends with the frame that filled it. Writers hold the
/// gate for reading. A cut and a close hold it for writing, so that no part is closed during a write.
/// </remarks>
internal sealed class RecordingRelay : IObservationSink, IDisposable
{
    private readonly Func<Timestamp, RecordingWriter>? _openNext;
    private readonly long _maxBytes;
    private readonly ReaderWriterLockSlim _gate = new();
    private RecordingWriter _current;
    private RecordingWriter? _earlier;
    private Timestamp _cut;
    private bool _framesHaveCrossed = true;
    private long _closedBytes;
    private Exception? _failure;

    public RecordingRelay(RecordingWriter first, Func<Timestamp, RecordingWriter>? openNext = null, long maxBytes = 0)
    {
        _current = first;
        _openNext = openNext;
        _maxBytes = openNext is null || maxBytes <= 0 ? long.MaxValue : maxBytes;
    }

    /// <summary>Raised after a cut, on the thread that made it; a handler must not wait.</summary>
    public event Action? WasCut;

    public RecordingWriter Current => Volatile.Read(ref _current);

    /// <summary>The previous part while it is open for late observations; else null.</summary>
    public RecordingWriter? Earlier => Volatile.Read(ref _earlier);

    /// <summary>The start of the current part; meaningless in the first one.</summary>
    public Timestamp CutAt => Read(() => _cut);
    public long Length => Read(() => _closedBytes + (_earlier?.Length ?? 0) + _current.Length);

    /// <summary>The error that ended a part early or prevented the next one, if any.</summary>
    public Exception? Failure => Volatile.Read(ref _failure) ?? Current.Failure ?? Earlier?.Failure;

    public void OnFrame(in Frame frame)
    {
        if (Current.Length >= _maxBytes) Cut(frame.Time);
        _gate.EnterReadLock();
        try
        {
            if (!_framesHaveCrossed && (_earlier is null || frame.Time >= _cut)) _framesHaveCrossed = true;
            (_framesHaveCrossed ? _current : _earlier!).OnFrame(frame);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    public void OnCall(SocketCall call) => Write(call, call.Begin, static (writer, item) => writer.OnCall(item));
    public void OnSample(SocketSample sample) => Write(sample, sample.NotAfter, static (writer, item) => writer.OnSample(item));
    public void OnOwner(SocketOwner owner) => Write(owner, owner.Time, static (writer, item) => writer.OnOwner(item));
    public void OnTrace(KernelEvent trace) => Write(trace, trace.Time, static (writer, item) => writer.OnTrace(item));

    /// <summary>Begins the next part; false if the previous part is still open or the next one cannot be created.</summary>
    public bool Cut(Timestamp at)
    {
        if (_openNext is null || Failure is not null) return false;
        _gate.EnterWriteLock();
        try
        {
            if (_earlier is not null) return false;
            var next = _openNext(at);
            _earlier = _current;
            _cut = at;
            _framesHaveCrossed = false;
            Volatile.Write(ref _current, next);
        }
        catch (Exception error)
        {
            // Reported by Failure: this can be a source's thread, which cannot report an exception.
            Volatile.Write(ref _failure, error);
            return false;
        }
        finally
        {
            _gate.ExitWriteLock();
        }

        WasCut?.Invoke();
        return true;
    }

    /// <summary>Detaches the previous part, which the caller ends and disposes. Later observations go to the current part.</summary>
    public RecordingWriter? CloseEarlier()
    {
        _gate.EnterWriteLock();
        try
        {
            var earlier = _earlier;
            _closedBytes += earlier?.Length ?? 0;
            _earlier = null;
            return earlier;
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    public void Dispose()
    {
        CloseEarlier()?.Dispose();
        Current.Dispose();
        _gate.Dispose();
    }

    private T Read<T>(Func<T> read)
    {
        _gate.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    private void Write<T>(T observation, Timestamp time, Action<RecordingWriter, T> write)
    {
        _gate.EnterReadLock();
        try
        {
            write(_earlier is { } earlier && time < _cut ? earlier : _current, observation);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }
}
