using System.Net.Sockets;
using TcpCapture.Live.Capture;
using TcpCapture.Live.Observation;
using TcpCapture.Live.Parts;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Programs;
using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>Records segments, socket states and the calls of logged sockets, and joins them into one timeline.</summary>
/// <example>
/// In a test, as root or with CAP_NET_RAW:
/// <code>
/// await using var session = await CaptureSession.StartAsync(CaptureScope.OfPort(8080), cancellationToken: token);
/// await RunTheCodeUnderTest();
/// Timeline timeline = await session.FinishAsync(token);
/// Assert.Empty(timeline.Resets);
/// timeline.Expect("client reaches ESTABLISHED within 50 ms");
/// </code>
/// </example>
/// <remarks>
/// Start returns when nothing sent afterwards can be missed, Finish when everything sent before was recorded.
/// Thread-safe. Disposing never throws, ends a running Finish, and leaves nothing behind.
/// </remarks>
public sealed class CaptureSession : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private readonly CaptureSessionOptions _options;
    private readonly ObservationHub _hub;
    private readonly IStateSource _states;
    private readonly IFrameSource _capture;
    private readonly OutputFolder _folder;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposal = new();
    private readonly Cleanup _steps = new();
    private RecordingEnd? _end;
    private bool _closed;
    private bool _exported;
    private bool _finished;
    private bool _isTemporary;

    private CaptureSession(CaptureSessionOptions options, OutputFolder folder, ObservationHub hub, OpenSources open)
    {
        _folder = folder;
        _options = options;
        _hub = hub;
        (_states, _capture, Relay, Parts) = open;
    }

    /// <summary>The folder of the session's files, which exist once it is finished.</summary>
    public string Folder => _folder.Path;

    /// <summary>The first error while observing: of the recording, the state source or the capture; null without one.</summary>
    public TcpCaptureException? Failure => FatalFailure ?? CaptureFailure;

    /// <summary>An error that makes the session fail; a capture that ended early leaves a shorter recording.</summary>
    internal TcpCaptureException? FatalFailure => WriteFailure ?? StatesFailure ?? _steps.Failure switch
    {
        null => null,
        TcpCaptureException known => known,
        var error => new CaptureException($"The session could not be ended in order ({error.Message}).", error),
    };

    internal TcpCaptureException? WriteFailure => Parts.Failure is { } error
        ? new OutputException($"The recording could not be written to its end ({error.Message}): make room.", error, Remedy.ChooseFolder)
        : null;

    internal TcpCaptureException? StatesFailure =>
        _states.Failure is { } failure ? new StateSourceException(failure, remedy: Remedy.ChooseStateSource) : null;

    internal TcpCaptureException? CaptureFailure => _capture.Failure is { } failure ? new CaptureException(failure) : null;

    /// <summary>Frames that the kernel or the interface has dropped so far; null if unknown.</summary>
    internal long? Dropped => _capture.Statistics is { DroppedByKernel: { } dropped } now ? dropped + (now.DroppedByInterface ?? 0) : null;
    internal RecordingRelay Relay { get; }
    internal RecordingParts Parts { get; }

    /// <summary>After the end, the connections of other processes; null if owners were not observed.</summary>
    internal ForeignTraffic? Foreign { get; private set; }

    /// <summary>Starts to record; returns when nothing sent from now on can be missed.</summary>
    /// <param name="scope">The traffic to record.</param>
    /// <param name="options">How to observe; null: the loopback interface, and the best source of states there is.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="TcpCaptureException">
    /// The capture or the state source cannot be opened. <see cref="CaptureInterface.Probe"/> finds out before, so that a
    /// test can be skipped.
    /// </exception>
    /// <exception cref="OperationCanceledException">The start was cancelled.</exception>
    public static Task<CaptureSession> StartAsync(
        CaptureScope scope, CaptureSessionOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Start(scope, options, cancellationToken), cancellationToken);

    /// <summary>As <see cref="StartAsync"/>, on the calling thread, whose network namespace is observed.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static CaptureSession Start(
        CaptureScope scope, CaptureSessionOptions? options = null, CancellationToken cancellationToken = default) =>
        Start(scope, options ?? new CaptureSessionOptions(), SessionSources.OfSystem, cancellationToken);

    internal static CaptureSession Start(CaptureScope scope, OutputFolder folder, CaptureSessionOptions options) =>
        Start(new ObservationHub(), scope, folder, options, callsComplete: false, isWaitedFor: false);

    internal static CaptureSession Start(
        CaptureScope scope, CaptureSessionOptions options, SessionSources sources, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(scope);
        cancellation.ThrowIfCancellationRequested();
        var isTemporary = options.Folder is null;
        var path = options.Folder ?? MakeTemporaryFolder();
        try
        {
            var folder = OutputFolder.Create(path, force: isTemporary || options.ReplaceFiles);
            try
            {
                var session = Start(
                    new ObservationHub(), scope, folder, options, false, false, sources: sources, cancellation: cancellation);
                session._isTemporary = isTemporary;
                return session;
            }
            catch
            {
                folder.Discard();
                throw;
            }
        }
        catch when (isTemporary)
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            throw;
        }
    }

    /// <summary>
    /// As the public one, for programs whose calls are logged into <paramref name="hub"/>. If scripts wait for segments, the
    /// kernel delivers each frame at once; otherwise in blocks, at most 100 a second, which hold 1,000 times as many frames.
    /// </summary>
    internal static CaptureSession Start(
        ObservationHub hub, CaptureScope scope, OutputFolder folder, CaptureSessionOptions options, bool callsComplete, bool isWaitedFor,
        RotationOptions? rotation = null, Func<int, OutputFolder>? nextFolder = null, SessionSources? sources = null,
        CancellationToken cancellation = default)
    {
        sources ??= SessionSources.OfSystem;
        var open = OpenSources.Open(hub, scope, folder, options, callsComplete, isWaitedFor, rotation, nextFolder, sources, cancellation);
        return new CaptureSession(options, folder, hub, open);
    }

    /// <summary>
    /// Yields the changes of connections while they happen, counted from segments from now on, until the session ends.
    /// A reader that falls 65,536 changes behind loses the oldest.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    public IAsyncEnumerable<ConnectionChange> FollowAsync(CancellationToken cancellationToken = default)
    {
        _hub.StartFeed();
        return _hub.Feed.ReadAsync(_hub.Feed.Open(), cancellationToken);
    }

    /// <summary>Makes a TCP socket whose calls are recorded.</summary>
    /// <param name="side">The end it belongs to.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <exception cref="SocketException">The system refused.</exception>
    public LoggedSocket OpenSocket(Side side, AddressFamily family = AddressFamily.InterNetwork) =>
        LoggedSocket.Open(_hub.Calls, side, family);

    /// <summary>Waits until no socket is left in TIME_WAIT or in a FIN_WAIT_2 that only its timer will end.</summary>
    internal bool Follow(CancellationToken cancellation, Action<TimeSpan>? progress = null)
    {
        if (!_options.Follow) return true;
        var begun = Timestamp.Now;
        while (!cancellation.IsCancellationRequested && _capture.Failure is null)
        {
            var waited = Timestamp.Now;
            if (IsQuietWithin(Beat)) return true;
            progress?.Invoke(TimeSpan.FromTicks((Timestamp.Now - begun) / 100));
            // A source that has ended answers at once; its sockets will never be seen to go.
            if (Timestamp.Now - waited < Beat.Ticks * 50) return false;
        }

        return false;
    }

    internal bool IsQuiet => IsQuietWithin(TimeSpan.Zero);

    /// <summary>Waits until every connection seen so far has ended, apart from its timers.</summary>
    internal bool Settle(TimeSpan timeout)
    {
        var connections = _hub.FourTuples;
        return _states.WaitFor(
            snapshots => connections.All(t => IsSettled(snapshots.Of(t)) && IsSettled(snapshots.Of(t.Reverse()))), timeout);
    }

    internal void WatchListener(Endpoint listener) => _states.WatchListener(listener);
    internal void SampleNow() => _states.SampleNow();

    /// <summary>Ends the observation. Every step runs whatever the step before did; <see cref="Failure"/> has the first error.</summary>
    internal RecordingEnd Stop(RecordingOutcome outcome = RecordingOutcome.Completed, string? callsIncomplete = null)
    {
        lock (_gate)
        {
            if (_end is { } ended) return ended;
            _steps.Step(() => _states.SampleNow());
            _steps.Step(_hub.Calls.Seal);
            _steps.Step(_capture.Stop);
            _steps.Step(_states.Stop);
            _steps.Step(() => Foreign = _hub.Owners?.FindForeign());
            var end = new RecordingEnd { Time = Timestamp.Now, Frames = Relay.Current.Frames };
            _steps.Step(() => end = Parts.End());
            _end = end = end with
            {
                Outcome = (_capture.Failure ?? _states.Failure) is null ? outcome : RecordingOutcome.Failed,
                Failure = _capture.Failure ?? _states.Failure,
                CallsIncomplete = callsIncomplete,
                ConnectionsLeftOut = Foreign?.LeftOut ?? 0,
                ConnectionsOfUnknownOwner = Foreign?.Unknown ?? 0,
                Notes = _hub.Wire.Notes,
            };
            _steps.Step(() => Relay.Current.Complete(end));
            _hub.Feed.Complete();
            return end;
        }
    }

    /// <summary>Ends the session, writes the files of <see cref="Folder"/> and returns the timeline.</summary>
    /// <param name="cancellationToken">Cancels it; the session can be finished again or disposed.</param>
    /// <inheritdoc cref="Finish"/>
    public Task<Timeline> FinishAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Finish(cancellationToken: cancellationToken), cancellationToken);

    /// <summary>As <see cref="FinishAsync"/>, on the calling thread. Call it when the programs are done.</summary>
    /// <param name="maxEvents">Events to keep in memory, from 0; the others are in the files, and count for connections and rules.</param>
    /// <param name="cancellationToken">Cancels it; the session can be finished again or disposed.</param>
    /// <exception cref="TcpCaptureException">The state source failed, or the recording or the files could not be written.</exception>
    /// <exception cref="InvalidOperationException">The session is finished already.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public Timeline Finish(int maxEvents = Timeline.DefaultMaxEvents, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxEvents);
        lock (_gate)
        {
            if (_finished) throw new InvalidOperationException("The session is finished already: it has one timeline.");
            ObjectDisposedException.ThrowIf(_closed && !_exported && _disposal.IsCancellationRequested, this);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
            try
            {
                if (_end is null) Follow(ending.Token);
                ending.Token.ThrowIfCancellationRequested();
                Stop();
                if (FatalFailure is { } failure) throw failure;
                Close();
                if (!_exported) _folder.Export(_ => new Brake(ending.Token));
                _exported = true;
                ending.Token.ThrowIfCancellationRequested();
                var timeline = Timeline.Load(Recording.Open(_folder.Path), maxEvents);
                _finished = true;
                return timeline;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ObjectDisposedException(nameof(CaptureSession));
            }
        }
    }

    /// <summary>Stops what runs and closes the recording; deletes the folder if it is a temporary one. Never throws.</summary>
    public void Dispose()
    {
        _disposal.Cancel(); // ends a Finish on another thread, which holds the gate
        lock (_gate)
        {
            if (_end is null) Stop(RecordingOutcome.Abandoned);
            Close();
            if (!_isTemporary || !Directory.Exists(_folder.Path)) return;
            _isTemporary = false;
            _steps.Step(() => Directory.Delete(_folder.Path, recursive: true));
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync() => await Task.Run(Dispose).ConfigureAwait(false);

    private static string MakeTemporaryFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("tcpcapture-").FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"A temporary folder cannot be created in {Path.GetTempPath()} ({error.Message}): make room or name a folder.",
                error, Remedy.ChooseFolder);
        }
    }

    private void Close()
    {
        if (_closed) return;
        _closed = true;
        _steps.Step(_capture.Dispose);
        _steps.Step(_states.Dispose);
        _steps.Step(Relay.Dispose);
    }

    private static bool IsSettled(SocketSnapshot? view) => view is not { Kind: SocketKind.Full or SocketKind.Request };

    private bool IsQuietWithin(TimeSpan timeout) =>
        _states.WaitFor(snapshots => !_hub.FourTuples.Any(t => IsWaiting(snapshots, t)), timeout);

    private static bool IsWaiting(ISocketSnapshots snapshots, FourTuple end) =>
        snapshots.Of(end) is { Kind: SocketKind.TimeWait } || snapshots.Of(end.Reverse()) is { Kind: SocketKind.TimeWait };
}
