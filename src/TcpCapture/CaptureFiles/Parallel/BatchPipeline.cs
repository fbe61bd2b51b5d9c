using System.Runtime.ExceptionServices;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>
/// Takes the batches of a capture through all that is done with them, on several threads: read and decoded by whoever has
/// nothing else to do, then shared by the workers, each its own connections, then concluded, one batch after the other.
/// </summary>
/// <remarks>
/// A thread per step would hand every segment from core to core; here a worker has decoded many of its segments itself, and its
/// connections are nobody else's. The first batch is done by the caller alone: a short capture needs no thread. A pipe is read by a thread
/// that does nothing else, since a read that waits for another program's writing must keep nobody waiting.
/// </remarks>
internal sealed class BatchPipeline : IDisposable
{
    private const int Batches = 6;

    /// <summary>How long a thread that is told to end may take: a read that waits for a pipe cannot be called back.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    private readonly CaptureFileSet _files;
    private readonly bool _verifies;
    private readonly bool _isPipe;
    private readonly FrameBatch _first = new();
    private int _workers;
    private readonly object _gate = new();
    private readonly Stack<DecodedBatch> _free = new();

    /// <summary>Those on their way, each at its number's place.</summary>
    private readonly DecodedBatch?[] _decoded = new DecodedBatch?[Batches];

    private readonly List<Thread> _followers = [];
    private Thread? _decoder;
    private Action<int, DecodedBatch> _process = (_, _) => { };
    private Action<DecodedBatch> _conclude = _ => { };
    private ExceptionDispatchInfo? _failure;
    private long _frames;
    private long _read;
    private long _concluded;
    private bool _isReading;
    private bool _isRead;
    private bool _isConcluding;

    /// <summary>Reads the first batch.</summary>
    /// <param name="files">The files.</param>
    /// <param name="verifies">True if checksums are verified.</param>
    /// <exception cref="TcpCaptureException">A file cannot be read.</exception>
    public BatchPipeline(CaptureFileSet files, bool verifies)
    {
        _files = files;
        _verifies = verifies;
        _isPipe = files.Length is null;
        _isRead = !files.Read(_first);
        _frames = _first.Count;
    }

    /// <summary>The first frames; empty if there are none. Valid until <see cref="Run"/>.</summary>
    public FrameBatch First => _first;

    /// <summary>Takes all batches through.</summary>
    /// <param name="workers">How many share the connections, from 1.</param>
    /// <param name="process">Does a worker's share of a batch: given the worker's number, from 0.</param>
    /// <param name="conclude">Concludes a batch all workers are done with: in the order of the capture, never two at once, on any thread.</param>
    /// <param name="helps">True if a thread without a share may read and decode, where there is but one worker.</param>
    /// <param name="stop">Nothing more is read: what was read by then is taken through.</param>
    /// <exception cref="TcpCaptureException">A file cannot be read.</exception>
    public void Run(int workers, Action<int, DecodedBatch> process, Action<DecodedBatch> conclude, bool helps, CancellationToken stop)
    {
        (_workers, _process, _conclude) = (workers, process, conclude);
        if (_isRead || stop.IsCancellationRequested) return;
        var first = new DecodedBatch(_first, inOrder: workers == 1, _verifies);
        first.Decode();
        for (var worker = 0; worker < workers; worker++) process(worker, first);
        conclude(first);
        _free.Push(first);
        if (!_isPipe)
        {
            Read(_free.Pop());
            if (_isRead) return;
        }

        while (_free.Count + _read < Batches) _free.Push(new DecodedBatch(new FrameBatch(), inOrder: _workers == 1, _verifies));
        using var stopping = stop.Register(End);
        for (var i = 1; i < _workers; i++)
        {
            var worker = i;
            _followers.Add(Start($"follow {worker}", () => Follow(worker)));
        }

        if (_isPipe || (helps && _workers == 1)) _decoder = Start("decode", Decode);
        Follow(0);
        foreach (var follower in _followers) follower.Join();
        _failure?.Throw();
    }

    /// <summary>Ends the threads, wherever they are.</summary>
    public void Dispose()
    {
        End();
        foreach (var follower in _followers) follower.Join();
        _decoder?.Join(LongestEnd); // one that reads a pipe ends with the process, and has all it needs until then
    }

    private static Thread Start(string name, ThreadStart run)
    {
        var thread = new Thread(run) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }

    private void End()
    {
        lock (_gate)
        {
            _isRead = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A worker's thread: its share of each batch; while there is none that waits for it, it reads and decodes.</summary>
    private void Follow(int worker)
    {
        try
        {
            for (var next = 0L; TryTake(next, reads: !_isPipe, out var shared, out var empty);)
            {
                if (empty is not null)
                {
                    Read(empty);
                    continue;
                }

                _process(worker, shared!);
                next++;
                Finish(shared!);
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>The thread without a share.</summary>
    private void Decode()
    {
        try
        {
            while (TryTake(long.MaxValue, reads: true, out _, out var empty)) Read(empty!);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>Waits for something to do.</summary>
    /// <param name="next">The number of the batch whose share is due; beyond all for a thread without shares.</param>
    /// <param name="reads">True if the thread may read.</param>
    /// <param name="shared">That batch.</param>
    /// <param name="empty">A batch to be filled, if that is what there is to do.</param>
    /// <returns>False if there is nothing any more.</returns>
    private bool TryTake(long next, bool reads, out DecodedBatch? shared, out DecodedBatch? empty)
    {
        (shared, empty) = (null, null);
        lock (_gate)
        {
            while (_failure is null)
            {
                if (_decoded[next % Batches] is { } batch && batch.Number == next)
                {
                    shared = batch;
                    return true;
                }

                if (_isRead && next >= _read) return false;
                if (reads && !_isRead && !_isReading && _free.TryPop(out empty))
                {
                    _isReading = true;
                    return true;
                }

                Monitor.Wait(_gate);
            }
        }

        return false;
    }

    private void Read(DecodedBatch batch)
    {
        var isMore = _files.Read(batch.Frames);
        lock (_gate)
        {
            _isReading = false;
            _isRead |= !isMore;
            if (!_isRead)
            {
                batch.Number = _read++;
                batch.FirstFrame = _frames + 1;
                _frames += batch.Frames.Count;
            }

            Monitor.PulseAll(_gate);
            if (_isRead) return;
        }

        batch.Decode();
        batch.Unfinished = _workers;
        lock (_gate)
        {
            _decoded[batch.Number % Batches] = batch;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A worker has done its share; the last one sees to it that the batch is concluded.</summary>
    private void Finish(DecodedBatch batch)
    {
        lock (_gate)
        {
            if (--batch.Unfinished > 0) return;
        }

        while (true)
        {
            lock (_gate)
            {
                if (_isConcluding || _decoded[_concluded % Batches] is not { Unfinished: 0 } due) return;
                (_isConcluding, batch) = (true, due);
            }

            _conclude(batch);
            lock (_gate)
            {
                _decoded[_concluded++ % Batches] = null;
                _isConcluding = false;
                _free.Push(batch);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Fail(Exception error)
    {
        lock (_gate)
        {
            _failure ??= ExceptionDispatchInfo.Capture(error); // thrown where all this was begun
            Monitor.PulseAll(_gate);
        }
    }
}
