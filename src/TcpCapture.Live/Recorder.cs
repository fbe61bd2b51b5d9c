using System.Diagnostics;
using TcpCapture.Live.Observation;
using TcpCapture.Live.Parts;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>
/// Records programs that run already, until it is ended, and divides a long recording into parts: complete recordings in the
/// sub-folders 0001, 0002 ….
/// </summary>
/// <remarks>
/// The capture's and the state source's threads write. The thread that calls <see cref="Run"/> begins parts by time, ends each
/// when no late observation of its time is expected, and passes it to one more thread, which writes its files while the next
/// part is recorded. A part by size is begun by the capture's thread, between two frames.
/// </remarks>
/// <example><code>
/// var folder = OutputFolder.Create("out", force: false);
/// using var recorder = Recorder.Start(new CaptureScope { Ports = [443] }, folder, new CaptureSessionOptions());
/// var result = recorder.Run(TimeSpan.FromMinutes(1));
/// </code></example>
public sealed class Recorder : IDisposable, IAsyncDisposable
{
    /// <summary>Minimum size of a part in bytes: a smaller one would be mostly header.</summary>
    public const long MinPartBytes = RotationOptions.MinBytes;

    /// <summary>Minimum duration of a part; also enforced between parts by size, so that late observations find their part open.</summary>
    public static TimeSpan MinPartTime => RotationOptions.MinTime;

    /// <summary>How often conditions that cannot wake the recorder are checked.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30); // the longest time a part waits for late kernel events

    private readonly CaptureSession _session;
    private readonly CaptureSessionOptions _options;
    private readonly TrafficTally _tally;
    private readonly RotationOptions? _rotation;
    private readonly PartFolders _parts;
    private readonly PartExporter _exporter;
    private readonly Queue<OutputFolder> _open;
    private readonly AutoResetEvent _woken;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<TcpCaptureException> _failures = [];
    private readonly CancellationTokenSource _disposal = new();
    private readonly Lock _gate = new();
    private bool _disposed;
    private TimeSpan _partBegan;
    private int _part = 1;
    private bool _partIsNew;
    private bool _isFollowing;

    private Recorder(
        CaptureSession session, CaptureSessionOptions options, TrafficTally tally, RotationOptions? rotation, PartFolders parts,
        Queue<OutputFolder> open, AutoResetEvent woken)
    {
        _session = session;
        _options = options;
        _tally = tally;
        _rotation = rotation;
        _parts = parts;
        _open = open;
        _woken = woken;
        _exporter = new PartExporter(rotation?.Keep, () => woken.Set());
        session.Relay.WasCut += OnCut;
    }

    /// <summary>The interface captured on.</summary>
    public required string Interface { get; init; }

    /// <summary>What was recorded so far.</summary>
    public RecorderStatus Status => new()
    {
        Elapsed = _watch.Elapsed,
        Counts = _tally.Counts,
        Dropped = _session.Dropped,
        Bytes = _session.Relay.Length,
        Part = Volatile.Read(ref _part),
        PartsWaiting = _exporter.Waiting,
        IsFollowing = _isFollowing,
    };

    /// <summary>Opens everything; returns when nothing sent from now on can be missed.</summary>
    /// <param name="scope">The traffic: by ports, or every port and a filter in the options.</param>
    /// <param name="folder">The folder of the files; parts get sub-folders.</param>
    /// <param name="options">How to observe; without an interface, one that shows the traffic is chosen.</param>
    /// <param name="partBytes">Size in bytes, from <see cref="MinPartBytes"/>, at which a new part begins; null: no limit.</param>
    /// <param name="partTime">Time, from <see cref="MinPartTime"/>, after which a new part begins; null: no limit.</param>
    /// <param name="keptParts">Number of complete parts kept; older ones are deleted. Null: all.</param>
    /// <exception cref="TcpCaptureException">The capture or state source cannot be opened, or a file cannot be written.</exception>
    public static Recorder Start(
        CaptureScope scope, OutputFolder folder, CaptureSessionOptions options,
        long? partBytes = null, TimeSpan? partTime = null, int? keptParts = null)
    {
        var rotation = partBytes is null && partTime is null
            ? null : new RotationOptions { Bytes = partBytes, Time = partTime, Keep = keptParts };
        return Start(scope, folder, options, rotation, SessionSources.OfSystem);
    }

    internal static Recorder Start(
        CaptureScope scope, OutputFolder folder, CaptureSessionOptions options, RotationOptions? rotation, SessionSources sources)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        var parts = new PartFolders(folder.Path);
        var open = new Queue<OutputFolder>();
        var woken = new AutoResetEvent(false);
        try
        {
            options = options with { Attach = true, Interface = options.Interface ?? InterfaceChoice.For(scope) };
            parts.RemoveEarlier(rotation is not null);
            open.Enqueue(rotation is null ? folder : parts.Open(1));
            var tally = new TrafficTally();
            var session = CaptureSession.Start(
                new ObservationHub { Tally = tally }, scope, open.Peek(), options, callsComplete: false, isWaitedFor: false,
                rotation, OpenPart, sources);
            return new Recorder(session, options, tally, rotation, parts, open, woken) { Interface = options.Interface };
        }
        catch
        {
            woken.Dispose();
            foreach (var made in open) made.Discard();
            if (!open.Contains(folder)) folder.Discard();
            throw;
        }

        OutputFolder OpenPart(int number)
        {
            var made = parts.Open(number);
            lock (open) open.Enqueue(made);
            return made;
        }
    }

    /// <summary>Yields the changes of connections while they happen, until the recording ends.</summary>
    /// <inheritdoc cref="CaptureSession.FollowAsync"/>
    public IAsyncEnumerable<ConnectionChange> FollowAsync(CancellationToken cancellationToken = default) =>
        _session.FollowAsync(cancellationToken);

    /// <summary>As <see cref="Run"/>, on a thread of the pool.</summary>
    /// <inheritdoc cref="Run"/>
    public Task<RecorderStatus> RunAsync(
        TimeSpan? duration = null, CancellationToken end = default, CancellationToken givingUp = default,
        Action<RecorderStatus>? watcher = null) =>
        Task.Run(() => Run(duration, end, givingUp, watcher), CancellationToken.None);

    /// <summary>Records until the duration has passed, the token is cancelled or something fails; then writes the files.</summary>
    /// <param name="duration">How long; null: until cancelled.</param>
    /// <param name="end">Ends the recording; the files are written.</param>
    /// <param name="givingUp">Ends also the writing of files; raw recordings stay.</param>
    /// <param name="watcher">Called now and then with the status, on the calling thread.</param>
    /// <returns>How it ended; failures are in it and not thrown.</returns>
    /// <exception cref="ObjectDisposedException">The recorder was disposed before.</exception>
    public RecorderStatus Run(
        TimeSpan? duration = null, CancellationToken end = default, CancellationToken givingUp = default,
        Action<RecorderStatus>? watcher = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(givingUp, _disposal.Token);
            Record(duration, end, stopping.Token, watcher);
            _session.Stop(_watch.Elapsed < duration ? RecordingOutcome.Interrupted : RecordingOutcome.Completed);
            var status = Status;
            HandOver();
            _exporter.Complete(stopping.Token, Beat, () => watcher?.Invoke(Status));
            return status with
            {
                Part = _part,
                Folders = _exporter.Folders,
                PartsDeleted = _exporter.Deleted,
                Final = _exporter.Exported == _part ? _exporter.Counts : null,
                Findings = _exporter.Findings,
                Failures = [.. _failures, .. _exporter.Failures],
            };
        }
    }

    /// <summary>Stops what runs, a <see cref="Run"/> on another thread included. Never throws.</summary>
    public void Dispose()
    {
        _disposal.Cancel();
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _session.Dispose();
            _exporter.Dispose();
            _woken.Dispose();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync() => await Task.Run(Dispose).ConfigureAwait(false);

    private void Record(TimeSpan? duration, CancellationToken end, CancellationToken givingUp, Action<RecorderStatus>? watcher)
    {
        WaitHandle[] handles = [_woken, end.WaitHandle, givingUp.WaitHandle];
        while (!givingUp.IsCancellationRequested && _session.CaptureFailure is null && _session.WriteFailure is null)
        {
            if (end.IsCancellationRequested || _watch.Elapsed >= duration)
            {
                if (!_options.Follow || _session.IsQuiet) return;
                _isFollowing = true;
                handles = [_woken, givingUp.WaitHandle];
            }

            Rotate();
            watcher?.Invoke(Status);
            WaitHandle.WaitAny(handles, WaitTime(duration));
        }
    }

    private TimeSpan WaitTime(TimeSpan? duration)
    {
        var left = _isFollowing ? null : duration - _watch.Elapsed;
        return left is { } time && time < Beat ? TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(time.TotalMilliseconds))) : Beat;
    }

    /// <summary>A part has begun; called on the thread that cut.</summary>
    private void OnCut()
    {
        Interlocked.Increment(ref _part);
        Volatile.Write(ref _partIsNew, true);
        _woken.Set();
    }

    private void Rotate()
    {
        if (_rotation?.Time is { } time && _watch.Elapsed - _partBegan >= time) _session.Relay.Cut(Timestamp.Now);
        if (Interlocked.Exchange(ref _partIsNew, false))
        {
            _partBegan = _watch.Elapsed;
            BeginPart();
        }

        var age = _watch.Elapsed - _partBegan;
        if (_session.Relay.Earlier is null || age < RotationOptions.MinTime) return;
        if (!_session.Parts.HasTracedEarlier && age < MaxWait) return;
        _session.Parts.EndEarlier();
        if (TakeOpen() is { } ended) _exporter.Add(ended);
    }

    private void BeginPart()
    {
        try
        {
            _session.Parts.Begin();
        }
        catch (StateSourceException error)
        {
            // The part lacks only connections that send nothing.
            if (_failures.All(known => known.Message != error.Message)) _failures.Add(error);
        }
    }

    /// <summary>Exports what was recorded; a recording that could not be written to its end stays raw.</summary>
    private void HandOver()
    {
        var isCutOff = _session.Relay.Current.Failure is not null;
        if (_session.CaptureFailure is { } ended) _failures.Add(ended);
        if (_session.FatalFailure is { Problem: not Problem.OutputUnwritable } failed) _failures.Add(failed);
        if (_session.WriteFailure is { } failure && !isCutOff) _failures.Add(failure);
        while (TakeOpen() is { } part)
        {
            if (!File.Exists(part.RawPath)) part.Discard(); // only its folder could be made
            else if (isCutOff && _open.Count == 0)
            {
                _failures.Add(new OutputException(
                    $"{_session.WriteFailure!.Message} What was recorded until then is kept as {part.RawPath}.",
                    remedy: Remedy.ReadRawRecording));
            }
            else
            {
                _exporter.Add(part);
            }
        }
    }

    private OutputFolder? TakeOpen()
    {
        lock (_open) return _open.TryDequeue(out var part) ? part : null;
    }
}
