using System.Collections.Concurrent;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Parts;

/// <summary>Exports recorded parts on a low-priority thread, and deletes the oldest parts beyond a limit.</summary>
internal sealed class PartExporter : IDisposable
{
    private const int MaxFindings = 20;

    private readonly BlockingCollection<OutputFolder> _parts = [];
    private readonly CancellationTokenSource _givingUp = new();
    private readonly ConcurrentQueue<string> _folders = new();
    private readonly ConcurrentQueue<TcpCaptureException> _failures = new();
    private readonly Thread _thread;
    private readonly int? _keep;
    private readonly Action? _onDone;
    private int _waiting;
    private readonly List<Finding> _findings = [];
    private int _deleted;
    private bool _disposed;

    /// <param name="keep">The maximum number of exported parts to keep; null: all.</param>
    /// <param name="onDone">Called on the export thread after each part; it must not wait.</param>
    public PartExporter(int? keep, Action? onDone = null)
    {
        _keep = keep;
        _onDone = onDone;
        _thread = new Thread(Run) { IsBackground = true, Name = "parts", Priority = ThreadPriority.Lowest };
        _thread.Start();
    }

    public int Waiting => Volatile.Read(ref _waiting);
    public int Deleted => Volatile.Read(ref _deleted);

    /// <summary>The folders of the exported parts that were kept, in order.</summary>
    public IReadOnlyList<string> Folders => [.. _folders];

    public IReadOnlyList<TcpCaptureException> Failures => [.. _failures];

    /// <summary>What the exported parts hold, and how many they are; valid after <see cref="Complete"/>.</summary>
    public TimelineCounts Counts { get; } = new();
    public int Exported { get; private set; }

    /// <summary>The first findings about trouble; valid after <see cref="Complete"/>.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    public void Add(OutputFolder part)
    {
        Interlocked.Increment(ref _waiting);
        _parts.Add(part);
    }

    /// <summary>Waits until all parts are exported. Giving up removes the current part's files; the raw recordings stay.</summary>
    public void Complete(CancellationToken givingUp, TimeSpan interval, Action waiting)
    {
        _parts.CompleteAdding();
        using var registration = givingUp.Register(_givingUp.Cancel);
        while (!_thread.Join(interval)) waiting();
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
        if (OperatingSystem.IsLinux()) LinuxThread.SetNiceness(LinuxThread.AfterPrograms);
        foreach (var part in _parts.GetConsumingEnumerable())
        {
            try
            {
                Take(part);
            }
            catch (OperationCanceledException) when (_givingUp.IsCancellationRequested)
            {
                _failures.Enqueue(new OutputException(
                    $"The files of {part.Path} were not written: the raw recording is kept as {part.RawPath}.",
                    remedy: Remedy.ReadRawRecording));
            }
            catch (TcpCaptureException error)
            {
                _failures.Enqueue(error);
            }

            Interlocked.Decrement(ref _waiting);
            _onDone?.Invoke();
        }
    }

    private void Take(OutputFolder part)
    {
        if (_parts.Count >= _keep)
        {
            Delete(part.Path); // enough newer parts are waiting, so this one would be deleted after its export
            return;
        }

        _givingUp.Token.ThrowIfCancellationRequested();
        var findings = part.Export(_ => new Brake(_givingUp.Token), _ => Counts);
        _findings.AddRange(findings.Where(finding => finding.IsTrouble).Take(MaxFindings - _findings.Count));
        Exported++;
        _folders.Enqueue(part.Path);
        while (_folders.Count > _keep && _folders.TryDequeue(out var oldest)) Delete(oldest);
    }

    private void Delete(string folder)
    {
        PartFolders.Remove(folder);
        Interlocked.Increment(ref _deleted);
    }
}

/// <summary>Cancels an export between two events.</summary>
internal sealed class Brake(CancellationToken givingUp) : ITimelineSink
{
    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame) => givingUp.ThrowIfCancellationRequested();
}
