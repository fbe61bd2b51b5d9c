using System.Diagnostics;
using TcpCapture.Export.Output;
using TcpCapture.Live.Observation;
using TcpCapture.Live.Parts;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>
/// Records what is running already, until told to end: takes in the sockets that are there, and divides a long recording into parts.
/// </summary>
/// <remarks>
/// Theory of operation. The session's threads write (see <see cref="CaptureSession"/>); the thread that calls <see cref="Run"/> begins the
/// parts by time, ends each when nothing late is to be expected, and hands it to one more thread, which makes its files while
/// the next part is recorded. A part by size is begun by the capture's thread itself, between two frames.
/// </remarks>
/// <example><code>
/// var folder = OutputFolder.Create("out", force: false);
/// using var recorder = Recorder.Start(new CaptureScope { Ports = [443] }, folder, new CaptureSessionOptions());
/// var result = recorder.Run(TimeSpan.FromMinutes(1));
/// </code></example>
public sealed class Recorder : IDisposable
{
    /// <summary>How often what cannot wake the recorder is looked at.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>A part waits no longer than this for reports of the kernel that are late.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

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

    /// <summary>How it stands.</summary>
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
    /// <param name="scope">Whose traffic: by ports, or every port and a filter in the options.</param>
    /// <param name="folder">Where the files go; those of parts into sub-folders.</param>
    /// <param name="options">How to observe. Without an interface one is chosen that catches the traffic.</param>
    /// <param name="rotation">Divide it into parts; null: one recording.</param>
    /// <exception cref="TcpCaptureException">The capture cannot be opened.</exception>
    /// <exception cref="TcpCaptureException">The state source asked for does not work here.</exception>
    /// <exception cref="TcpCaptureException">The recording cannot be written.</exception>
    /// <exception cref="TcpCaptureException">The folder of a part cannot be made.</exception>
    public static Recorder Start(CaptureScope scope, OutputFolder folder, CaptureSessionOptions options, RotationOptions? rotation = null)
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
                new ObservationHub { Tally = tally }, scope, open.Peek(), options, callsComplete: false, isWaitedFor: false, rotation, OpenPart);
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

    /// <summary>Records until the time is over, the token is cancelled or something fails; then makes the files.</summary>
    /// <param name="duration">How long; null: until told.</param>
    /// <param name="end">Ends the recording; the files are made.</param>
    /// <param name="givingUp">Ends also the making of files; raw recordings stay.</param>
    /// <param name="watcher">Told now and then how it stands, on the calling thread.</param>
    /// <returns>How it ended.</returns>
    public RecorderResult Run(
        TimeSpan? duration = null, CancellationToken end = default, CancellationToken givingUp = default, Action<RecorderStatus>? watcher = null)
    {
        Record(duration, end, givingUp, watcher);
        _session.Stop(_watch.Elapsed < duration ? RecordingOutcome.Interrupted : RecordingOutcome.Completed);
        var status = Status;
        HandOver();
        _exporter.Complete(givingUp, Beat, () => watcher?.Invoke(Status));
        return new RecorderResult
        {
            Status = status,
            Parts = _part,
            Folders = _exporter.Whole,
            PartsDeleted = _exporter.Deleted,
            Failures = [.. _failures, .. _exporter.Failures],
        };
    }

    /// <summary>Stops whatever runs.</summary>
    public void Dispose()
    {
        _session.Dispose();
        _exporter.Dispose();
        _woken.Dispose();
    }

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

    /// <summary>The capture's thread, or this one: a part has begun.</summary>
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
        if (_session.Relay.Earlier is null || age < RotationOptions.LeastTime || (!_session.Parts.HasTracedEarlier && age < LongestWait)) return;
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
            // The part is whole without it but for connections that send nothing.
            if (_failures.All(known => known.Message != error.Message)) _failures.Add(error);
        }
    }

    /// <summary>All that is recorded goes to be exported; what could not be written to its end stays raw.</summary>
    private void HandOver()
    {
        var isCutOff = _session.Relay.Current.Failure is not null;
        if (_session.CaptureFailure is { } ended) _failures.Add(new CaptureException(ended));
        if (_session.StatesFailure is { } lost) _failures.Add(new StateSourceException(lost, remedy: Remedy.ChooseStateSource));
        if (_session.WriteFailure is { } failure && !isCutOff) _failures.Add(failure);
        while (TakeOpen() is { } part)
        {
            if (!File.Exists(part.RawPath)) part.Discard(); // its folder was made, its recording could not be
            else if (isCutOff && _open.Count == 0)
                _failures.Add(new OutputException($"{_session.WriteFailure!.Message} What was recorded until then is kept as {part.RawPath}.", remedy: Remedy.ReadRawRecording));
            else _exporter.Add(part);
        }
    }

    /// <summary>The folder of the earliest part that has not been handed over.</summary>
    private OutputFolder? TakeOpen()
    {
        lock (_open) return _open.TryDequeue(out var part) ? part : null;
    }
}
