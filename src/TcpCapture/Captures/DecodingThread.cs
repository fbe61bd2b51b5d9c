using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TcpCapture.Capture.Files;

namespace TcpCapture.Captures;

/// <summary>
/// Reads and decodes on a thread of its own, a few batches ahead of whoever takes them. The first batch is decoded by the caller:
/// a short capture needs no thread.
/// </summary>
internal sealed class DecodingThread : IDisposable
{
    private const int Batches = 6;

    private readonly CaptureFiles _files;
    private readonly BlockingCollection<DecodedBatch> _ready = new(Batches);
    private readonly BlockingCollection<DecodedBatch> _free = new(Batches);
    private readonly CancellationTokenSource _ended = new();
    private readonly DecodedBatch _first;
    private readonly bool _verifies;
    private Thread? _thread;
    private bool _firstIsTaken;
    private ExceptionDispatchInfo? _failure;
    private readonly bool _isRead;

    /// <summary>Reads the first batch.</summary>
    /// <param name="files">The files.</param>
    /// <param name="verifies">True if checksums are verified.</param>
    /// <exception cref="CaptureFileException">A file cannot be read.</exception>
    public DecodingThread(CaptureFiles files, bool verifies)
    {
        _files = files;
        _verifies = verifies;
        _first = new DecodedBatch(verifies);
        _isRead = !files.Read(_first.Frames);
        _first.Decode();
    }

    /// <summary>The first batch; empty if there is no frame. Valid until it is returned.</summary>
    public DecodedBatch First => _first;

    /// <summary>How long a thread that is told to end may take: a read that waits for a pipe cannot be called back.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(1);

    /// <summary>The next batch, which has to be returned; null at the end.</summary>
    /// <param name="stop">Whoever takes the batches wants no more: null is the answer, whatever is still waited for.</param>
    /// <exception cref="CaptureFileException">A file cannot be read.</exception>
    public DecodedBatch? Next(CancellationToken stop = default)
    {
        if (!_firstIsTaken)
        {
            _firstIsTaken = true;
            return _isRead ? null : _first;
        }

        if (_thread is null) Start();
        try
        {
            if (_ready.TryTake(out var batch, Timeout.Infinite, stop)) return batch;
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        _failure?.Throw();
        return null;
    }

    /// <summary>Gives a batch back, from any thread.</summary>
    public void Return(DecodedBatch batch) => _free.Add(batch);

    /// <summary>Nobody returns batches any more: whoever waits for the next one must not wait for ever.</summary>
    public void GiveUp() => _ended.Cancel();

    /// <summary>Ends the thread, wherever it is.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        if (_thread is not null && !_thread.Join(LongestEnd)) return; // it ends with the process, and has all it needs until then
        _ready.Dispose();
        _free.Dispose();
        _ended.Dispose();
    }

    private void Start()
    {
        for (var i = 1; i < Batches; i++) _free.Add(new DecodedBatch(_verifies));
        _thread = new Thread(Run) { Name = "decode", IsBackground = true };
        _thread.Start();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                var batch = _free.Take(_ended.Token);
                if (!_files.Read(batch.Frames)) return;
                batch.Decode();
                _ready.Add(batch, _ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // whoever takes the batches wants no more
        }
        catch (Exception error)
        {
            _failure = ExceptionDispatchInfo.Capture(error); // thrown where the batches are taken
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }
}
