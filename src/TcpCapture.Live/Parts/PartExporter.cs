using System.Collections.Concurrent;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Parts;

/// <summary>
/// Makes the files of recorded parts, one after the other, on a thread of low priority, and deletes parts that are not to be kept.
/// </summary>
internal sealed class PartExporter : IDisposable
{
    private const int Niceness = 10;

    private readonly BlockingCollection<OutputFolder> _parts = [];
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Queue<string> _whole = new();
    private readonly List<TcpCaptureException> _failures = [];
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private readonly int? _keep;
    private readonly Action? _onDone;
    private int _waiting;
    private int _deleted;
    private bool _disposed;

    /// <param name="keep">Whole parts to keep; null: all.</param>
    /// <param name="onDone">Called after each part, on the exporting thread: it must not wait.</param>
    public PartExporter(int? keep, Action? onDone = null)
    {
        _keep = keep;
        _onDone = onDone;
        _thread = new Thread(Run) { IsBackground = true, Name = "parts", Priority = ThreadPriority.Lowest };
        _thread.Start();
    }

    /// <summary>Parts that are not whole yet.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Parts deleted.</summary>
    public int Deleted => Volatile.Read(ref _deleted);

    /// <summary>Folders of whole parts that are still there, in order.</summary>
    public IReadOnlyList<string> Whole
    {
        get
        {
            lock (_gate) return [.. _whole];
        }
    }

    /// <summary>What went wrong, a line each.</summary>
    public IReadOnlyList<TcpCaptureException> Failures
    {
        get
        {
            lock (_gate) return [.. _failures];
        }
    }

    /// <summary>A part has ended; returns at once.</summary>
    public void Add(OutputFolder part)
    {
        Interlocked.Increment(ref _waiting);
        _parts.Add(part);
    }

    /// <summary>Waits until every part is whole.</summary>
    /// <param name="givingUp">Ends it early: what is being written is taken back, the raw recordings stay.</param>
    /// <param name="beat">How often to call <paramref name="waiting"/>.</param>
    /// <param name="waiting">Called while it waits.</param>
    public void Complete(CancellationToken givingUp, TimeSpan beat, Action waiting)
    {
        _parts.CompleteAdding();
        using var registration = givingUp.Register(_givingUp.Cancel);
        while (!_thread.Join(beat)) waiting();
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        if (!_parts.IsAddingCompleted)
        {
            _givingUp.Cancel();
            _parts.CompleteAdding();
        }

        _thread.Join();
        _parts.Dispose();
        _givingUp.Dispose();
    }

    private void Run()
    {
        // On Linux each thread has a priority of its own, and 0 names the calling one. Not to get it costs nothing.
        if (OperatingSystem.IsLinux()) _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, Niceness);
        foreach (var part in _parts.GetConsumingEnumerable())
        {
            try
            {
                Take(part);
            }
            catch (OperationCanceledException) when (_givingUp.IsCancellationRequested)
            {
                Fail(new OutputException($"The files of {part.Path} were not made: the raw recording is kept as {part.RawPath}.", remedy: Remedy.ReadRawRecording));
            }
            catch (TcpCaptureException error)
            {
                Fail(error);
            }

            Interlocked.Decrement(ref _waiting);
            _onDone?.Invoke();
        }
    }

    private void Take(OutputFolder part)
    {
        if (_parts.Count >= _keep)
        {
            Delete(part.Path); // so far behind that it would go as soon as it was made
            return;
        }

        _givingUp.Token.ThrowIfCancellationRequested();
        part.Export(_ => new Brake(_givingUp.Token));
        lock (_gate) _whole.Enqueue(part.Path);
        while (Whole.Count > _keep)
        {
            string oldest;
            lock (_gate) oldest = _whole.Dequeue();
            Delete(oldest);
        }
    }

    private void Delete(string folder)
    {
        PartFolders.Remove(folder);
        Interlocked.Increment(ref _deleted);
    }

    private void Fail(TcpCaptureException failure)
    {
        lock (_gate) _failures.Add(failure);
    }
}

/// <summary>Ends an export between two events.</summary>
internal sealed class Brake(CancellationToken givingUp) : ITimelineSink
{
    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame) => givingUp.ThrowIfCancellationRequested();
}
