using System.Runtime.ExceptionServices;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>Processes the batches of a capture on several threads: read, decode, process by all workers, complete in order.</summary>
// An idle worker reads and decodes the next batch; then each worker processes its own lanes of each batch. A thread per
// step would move every segment between cores. The caller processes the first batch alone, so that a short capture
// starts no threads. A pipe has its own reading thread, because its reads may block.
internal sealed class BatchPipeline : IDisposable
{
    public const int MaxBatches = 6; // number of batches in memory

    /// <summary>Maximum wait for a thread to end: a read from a pipe cannot be cancelled.</summary>
    private static readonly TimeSpan MaxEndDuration = TimeSpan.FromSeconds(1);

    private readonly CaptureFileSet _files;
    private readonly bool _verifies;
    private readonly bool _isPipe;
    private int _workers;
    private readonly object _gate = new();
    private readonly Stack<DecodedBatch> _free = new();

    /// <summary>Batches in progress, indexed by number modulo the size.</summary>
    private readonly DecodedBatch?[] _decoded = new DecodedBatch?[MaxBatches];

    private readonly List<Thread> _threads = [];
    private Thread? _decoder;
    private Action<int, DecodedBatch> _process = (_, _) => { };
    private Action<DecodedBatch> _complete = _ => { };
    private ExceptionDispatchInfo? _failure;
    private long _frames;
    private long _read;
    private long _completed;
    private bool _isReading;
    private bool _isRead;
    private bool _isCompleting;

    /// <summary>Reads the first batch.</summary>
    /// <exception cref="TcpCaptureException">A file cannot be read.</exception>
    public BatchPipeline(CaptureFileSet files, bool verifies)
    {
        _files = files;
        _verifies = verifies;
        _isPipe = files.Length is null;
        _isRead = !files.Read(First);
        _frames = First.Count;
    }

    /// <summary>The first frames; empty if there are none. Valid until <see cref="Run"/>.</summary>
    public FrameBatch First { get; } = new();

    /// <summary>Processes all batches.</summary>
    /// <exception cref="TcpCaptureException">A file cannot be read.</exception>
    // workers: number of workers, at least 1. process: processes a worker's lanes of a batch, given the worker's number from 0.
    // complete: called after all workers have processed a batch: in capture order, one at a time, on any thread. helps: true if a
    // second thread reads and decodes for a single worker. stop: stops the reading; batches already read are processed.
    public void Run(int workers, Action<int, DecodedBatch> process, Action<DecodedBatch> complete, bool helps, CancellationToken stop)
    {
        (_workers, _process, _complete) = (workers, process, complete);
        if (_isRead || stop.IsCancellationRequested) return;
        var first = new DecodedBatch(First, inOrder: workers == 1, _verifies) { Slot = 0 };
        first.Decode();
        for (var worker = 0; worker < workers; worker++) process(worker, first);
        complete(first);
        _free.Push(first);
        if (!_isPipe)
        {
            Read(_free.Pop());
            if (_isRead) return;
        }

        for (var slot = 1; slot < MaxBatches; slot++)
            _free.Push(new DecodedBatch(new FrameBatch(), inOrder: _workers == 1, _verifies) { Slot = slot });
        using var stopping = stop.Register(End);
        for (var i = 1; i < _workers; i++)
        {
            var worker = i;
            _threads.Add(Start($"worker {worker}", () => Work(worker)));
        }

        if (_isPipe || (helps && _workers == 1)) _decoder = Start("decode", () => Work(null));
        Work(0);
        foreach (var thread in _threads) thread.Join();
        _failure?.Throw();
    }

    public void Dispose()
    {
        End();
        foreach (var thread in _threads) thread.Join();
        _decoder?.Join(MaxEndDuration); // a thread blocked on a pipe ends with the process
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

    /// <summary>A worker's thread: processes its share of each batch, and reads and decodes while none is due.</summary>
    // Without a worker's number, the thread only reads and decodes.
    private void Work(int? worker)
    {
        try
        {
            var next = worker is null ? long.MaxValue : 0;
            while (TryTake(next, reads: worker is null || !_isPipe, out var shared, out var empty))
            {
                if (empty is not null)
                {
                    Read(empty);
                    continue;
                }

                _process(worker!.Value, shared!);
                next++;
                Finish(shared!);
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>Waits for batch number <paramref name="next"/>, or for an empty batch to fill if the thread reads.</summary>
    /// <returns>False if there is no more work.</returns>
    private bool TryTake(long next, bool reads, out DecodedBatch? shared, out DecodedBatch? empty)
    {
        (shared, empty) = (null, null);
        lock (_gate)
        {
            while (_failure is null)
            {
                if (_decoded[next % MaxBatches] is { } batch && batch.Number == next)
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
            _decoded[batch.Number % MaxBatches] = batch;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Marks a worker's share as done; the last worker completes the batch.</summary>
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
                if (_isCompleting || _decoded[_completed % MaxBatches] is not { Unfinished: 0 } due) return;
                (_isCompleting, batch) = (true, due);
            }

            _complete(batch);
            lock (_gate)
            {
                _decoded[_completed++ % MaxBatches] = null;
                _isCompleting = false;
                _free.Push(batch);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Fail(Exception error)
    {
        lock (_gate)
        {
            _failure ??= ExceptionDispatchInfo.Capture(error); // rethrown by Run
            Monitor.PulseAll(_gate);
        }
    }
}
