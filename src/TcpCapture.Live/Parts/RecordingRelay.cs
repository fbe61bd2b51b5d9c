using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Live.Parts;

/// <summary>
/// Where live observations are written: one recording, or parts of it, one after the other without a gap.
/// </summary>
/// <remarks>
/// Theory of operation. A cut is a moment. What was observed before it belongs to the part before, what was observed later to the
/// next one, by its own time and not by when it arrives: the kernel's reports come some tenths of a second after the segments, and a part without
/// those of its last segments would deny what has happened. So the part before stays open for a while beside the next one, until
/// <see cref="CloseEarlier"/>. Frames keep their order: from the first one that belongs to the next part all belong to it, so that
/// the parts' frames are the capture, each frame once. Whoever writes holds the gate for reading; a cut and a close hold it for
/// writing, so no writer can be overtaken by a close.
///
/// Size is looked at before a frame is written, by the capture's own thread: a part ends with the frame that has filled it.
/// </remarks>
internal sealed class RecordingRelay : IObservationSink, IDisposable
{
    private readonly Func<Timestamp, RecordingWriter>? _openNext;
    private readonly long _mostBytes;
    private readonly ReaderWriterLockSlim _gate = new();
    private RecordingWriter _current;
    private RecordingWriter? _earlier;
    private Timestamp _cut;
    private bool _framesHaveCrossed = true;
    private long _closedBytes;
    private Exception? _failure;

    /// <param name="first">The first part.</param>
    /// <param name="openNext">Makes the next part, given its first moment; null: there is only one.</param>
    /// <param name="mostBytes">Length at which a part ends; 0: none.</param>
    public RecordingRelay(RecordingWriter first, Func<Timestamp, RecordingWriter>? openNext = null, long mostBytes = 0)
    {
        _current = first;
        _openNext = openNext;
        _mostBytes = openNext is null || mostBytes <= 0 ? long.MaxValue : mostBytes;
    }

    /// <summary>Told after a cut, on the thread that cut: it must not wait.</summary>
    public event Action? WasCut;

    /// <summary>The part that is written now.</summary>
    public RecordingWriter Current => Volatile.Read(ref _current);

    /// <summary>The part before, while it waits for what is late; else null.</summary>
    public RecordingWriter? Earlier => Volatile.Read(ref _earlier);

    /// <summary>When the present part began; no meaning in the first one.</summary>
    public Timestamp CutAt
    {
        get
        {
            _gate.EnterReadLock();
            try
            {
                return _cut;
            }
            finally
            {
                _gate.ExitReadLock();
            }
        }
    }

    /// <summary>Bytes of all parts so far.</summary>
    public long Length
    {
        get
        {
            _gate.EnterReadLock();
            try
            {
                return _closedBytes + (_earlier?.Length ?? 0) + _current.Length;
            }
            finally
            {
                _gate.ExitReadLock();
            }
        }
    }

    /// <summary>What ended the writing too early: of the part that is written, or in making the next one.</summary>
    public Exception? Failure => Volatile.Read(ref _failure) ?? Current.Failure ?? Earlier?.Failure;

    /// <inheritdoc/>
    public void OnFrame(in Frame frame)
    {
        if (Current.Length >= _mostBytes) Cut(frame.Time);
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

    /// <inheritdoc/>
    public void OnCall(SocketCall call) => Pass(call, call.Begin, static (writer, fact) => writer.OnCall(fact));

    /// <inheritdoc/>
    public void OnSample(SocketSample sample) => Pass(sample, sample.NotAfter, static (writer, fact) => writer.OnSample(fact));

    /// <inheritdoc/>
    public void OnOwner(SocketOwner owner) => Pass(owner, owner.Time, static (writer, fact) => writer.OnOwner(fact));

    /// <inheritdoc/>
    public void OnTrace(KernelEvent trace) => Pass(trace, trace.Time, static (writer, fact) => writer.OnTrace(fact));

    /// <summary>Begins the next part at a moment, unless the part before is still open.</summary>
    /// <returns>True if it began.</returns>
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
            // Kept for whoever ends the recording: this thread may be a source's, which has nobody to tell.
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

    /// <summary>Takes away the part before; what is still to come of its time goes into the present one. The caller ends and disposes it.</summary>
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

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        CloseEarlier()?.Dispose();
        Current.Dispose();
        _gate.Dispose();
    }

    private void Pass<T>(T fact, Timestamp time, Action<RecordingWriter, T> pass)
    {
        _gate.EnterReadLock();
        try
        {
            pass(_earlier is { } earlier && time < _cut ? earlier : _current, fact);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }
}
