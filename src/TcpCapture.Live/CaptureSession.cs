using TcpCapture.Export.Output;
using TcpCapture.Live.Capture;
using TcpCapture.Live.Observation;
using TcpCapture.Live.Parts;
using TcpCapture.Live.Programs;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Live;

/// <summary>
/// Observes: captures segments, looks at socket states and takes the calls of logged sockets, all into one recording.
/// </summary>
/// <example>
/// In a test of whichever framework, as root or with CAP_NET_RAW:
/// <code>
/// using var session = CaptureSession.Start(CaptureScope.OfPort(8080));
/// RunTheCodeUnderTest();
/// Timeline timeline = session.Finish();
/// Assert.Empty(timeline.Resets);
/// Assert.Equal(ClosedBy.Client, timeline.Connections[0].ClosedBy);
/// timeline.Expect("client reaches ESTABLISHED within 50 ms");
/// </code>
/// </example>
/// <remarks>
/// Start returns when nothing sent afterwards can be missed; stop when everything sent before has been recorded. Threads:
/// the capture's, the state source's (two) and those of the programs all write into the recording, which has one lock.
/// </remarks>
public sealed class CaptureSession : IDisposable
{
    private const int ReadTimeout = 10; // milliseconds

    // Looks begin at a connection's first frame: where nothing else tells of short connections, it must not wait.
    private const int ReadTimeoutForLooks = 1;

    private readonly CaptureSessionOptions _options;
    private readonly ObservationHub _hub;
    private readonly IStateSource _states;
    private readonly LiveCapture _capture;
    private readonly RecordingRelay _relay;
    private readonly OutputFolder _folder;
    private bool _stopped;
    private bool _closed;
    private bool _finished;
    private bool _isTemporary;

    private CaptureSession(
        CaptureSessionOptions options, OutputFolder folder, ObservationHub hub, IStateSource states, LiveCapture capture, RecordingRelay relay,
        RecordingParts parts)
    {
        _folder = folder;
        _options = options;
        _hub = hub;
        _states = states;
        _capture = capture;
        _relay = relay;
        Parts = parts;
    }

    /// <summary>Why the recording could not be written to its end; null if it could.</summary>
    public TcpCaptureException? WriteFailure => Parts.Failure is { } failure
        ? new OutputException($"The recording could not be written to its end ({failure.Message}): make room.", failure, Remedy.ChooseFolder)
        : null;

    /// <summary>Why the capture has ended before it was asked to, one line; null if it has not.</summary>
    public string? CaptureFailure => _capture.Failure;

    /// <summary>Why socket states were not observed to the end, in one line; null if they were.</summary>
    internal string? StatesFailure => _states.Failure;

    /// <summary>Frames that the kernel or the interface has dropped so far; null if the capture cannot tell.</summary>
    internal long? Dropped => _capture.Statistics is { } now && now.DroppedByKernel is { } dropped ? dropped + (now.DroppedByInterface ?? 0) : null;

    /// <summary>Where it is written.</summary>
    internal RecordingRelay Relay => _relay;

    /// <summary>The parts it is written in; one, unless they rotate.</summary>
    internal RecordingParts Parts { get; }

    /// <summary>After the end, what of the recording is not the programs'; null if nobody learned whose connections are.</summary>
    internal ForeignTraffic? Foreign { get; private set; }

    /// <summary>The folder of its files, which are there once it is finished.</summary>
    public string Folder => _folder.Path;

    /// <summary>
    /// Opens everything, for a test: as the other one, with a temporary folder that goes with the session. To read the
    /// files of a test that failed, give a folder.
    /// </summary>
    /// <param name="scope">Whose traffic.</param>
    /// <param name="options">How to observe; null: the loopback interface, states by the best means there are.</param>
    /// <exception cref="TcpCaptureException">
    /// The capture cannot be opened; the message says what to do about it. <see cref="CaptureInterfaces.Probe"/> asks beforehand,
    /// so that a test can be skipped.
    /// </exception>
    /// <exception cref="TcpCaptureException">The state source asked for does not work here.</exception>
    public static CaptureSession Start(CaptureScope scope, CaptureSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var temporary = Directory.CreateTempSubdirectory("tcpcapture-").FullName;
        try
        {
            var session = Start(scope, OutputFolder.Create(temporary, force: true), options ?? new CaptureSessionOptions());
            session._isTemporary = true;
            return session;
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    /// <summary>Opens everything; returns when nothing sent from now on can be missed.</summary>
    /// <param name="scope">Whose traffic.</param>
    /// <param name="folder">Where the recording is written.</param>
    /// <param name="options">How to observe.</param>
    /// <exception cref="TcpCaptureException">The capture cannot be opened.</exception>
    /// <exception cref="TcpCaptureException">The state source asked for does not work here.</exception>
    /// <exception cref="TcpCaptureException">The recording cannot be written.</exception>
    public static CaptureSession Start(CaptureScope scope, OutputFolder folder, CaptureSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        return Start(new ObservationHub(), scope, folder, options, callsComplete: false, isWaitedFor: false);
    }

    /// <summary>
    /// As the public one, for programs whose calls are logged into <paramref name="hub"/>. Where scripts wait for what passes
    /// (<paramref name="isWaitedFor"/>) each frame is handed over at once; else the kernel gathers them, for at that price
    /// it keeps a thousand times as many and wakes the capture a hundred times a second at most.
    /// </summary>
    internal static CaptureSession Start(
        ObservationHub hub, CaptureScope scope, OutputFolder folder, CaptureSessionOptions options, bool callsComplete, bool isWaitedFor,
        RotationOptions? rotation = null, Func<int, OutputFolder>? nextFolder = null)
    {
        IStateSource? states = null;
        LiveCapture? capture = null;
        RecordingRelay? relay = null;
        var preparing = Task.Run(ObservationJson.Prepare); // a core is idle while the capture is opened
        try
        {
            states = StateSources.Choose(options.States, options.SampleInterval, new TraceFilter(scope.Ports, options.TraceDrops));
            var captureOptions = new LiveCaptureOptions
            {
                Interface = options.Interface ?? CaptureInterfaces.Loopback,
                Filter = scope.ToFilter(options.Filter),
                Immediate = isWaitedFor,
                ReadTimeoutMilliseconds = states.Trace is null ? ReadTimeoutForLooks : ReadTimeout,
            };
            capture = LiveCapture.Open(captureOptions, hub);
            var info = new RecordingInfo
            {
                Scenario = scope.Title,
                Commands = [.. scope.Commands.Select(Shorten)],
                Tool = RecordingInfo.ThisVersion,
                Host = HostFacts.Host,
                System = HostFacts.System,
                Start = Timestamp.Now,
                Interface = captureOptions.Interface,
                LinkType = capture.LinkType,
                Snaplen = captureOptions.Snaplen,
                Filter = captureOptions.Filter,
                StateSource = states.Name,
                StateSourceReason = states.Reason,
                SampleIntervalNanoseconds = states.Statistics.Interval.Ticks * 100,
                TraceClockOffsetNanoseconds = states.Trace?.Clock.Nanoseconds,
                TraceClockBoundNanoseconds = states.Trace?.Clock.BoundNanoseconds,
                CallsComplete = callsComplete,
                Server = scope.Server,
                Ports = options.Attach ? scope.Ports : null,
                Part = rotation is null ? null : 1,
                Settings = HostFacts.ReadSettings(),
            };
            preparing.GetAwaiter().GetResult();
            relay = RecordingParts.Open(folder, info, rotation, nextFolder);
            var sieve = options.Attach && scope.Ports.Count == 0 ? new CapturedEventFilter(relay) : null;
            hub.Attach(relay, states, isWaitedFor, options.Attach ? new ListenerWatch(states) : null, sieve);
            if (scope.Server is { } server && HostFacts.IsLocal(server)) states.WatchListener(server); // of another host's listener no look tells anything
            states.Start(hub);
            if (options.Attach) states.Adopt(scope.Ports);
            if (!states.SampleNow()) throw new StateSourceException(states.Failure ?? "Socket states cannot be sampled.", remedy: Remedy.ChooseStateSource);
            return new CaptureSession(options, folder, hub, states, capture, relay, new RecordingParts(relay, sieve, capture, states, scope.Ports));
        }
        catch
        {
            capture?.Dispose();
            states?.Dispose();
            relay?.Dispose();
            throw;
        }
    }

    /// <summary>Waits until no socket is left in TIME_WAIT or in a FIN_WAIT_2 that only its timer will end.</summary>
    /// <returns>False if cancelled before.</returns>
    internal bool Follow(CancellationToken cancellation, Action<TimeSpan>? progress = null)
    {
        if (!_options.Follow) return true;
        var begun = Timestamp.Now;
        while (!cancellation.IsCancellationRequested)
        {
            if (IsQuietWithin(TimeSpan.FromMilliseconds(200))) return true;
            progress?.Invoke(TimeSpan.FromTicks((Timestamp.Now - begun) / 100));
        }

        return false;
    }

    /// <summary>True if no socket is left in TIME_WAIT or in a FIN_WAIT_2 that only its timer will end.</summary>
    internal bool IsQuiet => IsQuietWithin(TimeSpan.Zero);

    /// <summary>Waits until every connection seen so far is over but for its timers, or the time is.</summary>
    /// <returns>False if the time ran out before.</returns>
    internal bool Settle(TimeSpan timeout)
    {
        var connections = _hub.FourTuples;
        return _states.WaitFor(snapshots => connections.All(t => IsSettled(snapshots.Of(t)) && IsSettled(snapshots.Of(t.Reverse()))), timeout);
    }

    /// <summary>Looks at a listener of this host from now on.</summary>
    internal void WatchListener(Endpoint listener) => _states.WatchListener(listener);

    /// <summary>A look at every socket now, at a moment that matters.</summary>
    internal void SampleNow() => _states.SampleNow();

    /// <summary>Ends the observation: a last look, the rest of the capture, then the end mark.</summary>
    /// <param name="outcome">Why it ended.</param>
    /// <returns>How it ended.</returns>
    public RecordingEnd Stop(RecordingOutcome outcome = RecordingOutcome.Completed) => Stop(outcome, callsIncomplete: null);

    /// <summary>As the public one, and says what is missing of the calls.</summary>
    /// <param name="outcome">Why it ended.</param>
    /// <param name="callsIncomplete">Why calls may be missing; null if nothing is known to be.</param>
    internal RecordingEnd Stop(RecordingOutcome outcome, string? callsIncomplete)
    {
        _stopped = true;
        _states.SampleNow();
        _hub.Calls.Seal();
        _capture.Stop();
        _states.Stop();
        var failure = _capture.Failure ?? _states.Failure;
        Foreign = _hub.Owners?.Conclude();
        var end = Parts.Conclude() with
        {
            Outcome = failure is null ? outcome : RecordingOutcome.Failed,
            Failure = failure,
            CallsIncomplete = callsIncomplete,
            ConnectionsLeftOut = Foreign?.LeftOut ?? 0,
            ConnectionsOfUnknownOwner = Foreign?.Unknown ?? 0,
            Notes = _hub.Wire.Notes,
        };
        _relay.Current.Complete(end);
        return end;
    }

    /// <summary>
    /// Ends the observation, writes the files of <see cref="Folder"/>, and gives back the timeline. Call it when the programs
    /// are done: what they close later is not in it.
    /// </summary>
    /// <param name="mostEvents">Events to keep in memory, from 0; the others are in the files, and count for connections and rules.</param>
    /// <exception cref="TcpCaptureException">The recording could not be written to its end, or the files could not.</exception>
    /// <exception cref="InvalidOperationException">The session is finished already.</exception>
    public Timeline Finish(int mostEvents = Timeline.DefaultMostEvents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(mostEvents);
        if (_finished) throw new InvalidOperationException("The session is finished already: it has one timeline.");
        if (!_stopped)
        {
            Follow(CancellationToken.None);
            Stop();
        }

        ThrowIfFailed();
        Close();
        _finished = true;
        _folder.Export();
        return Timeline.Of(Recording.Open(_folder.Path), mostEvents);
    }

    /// <summary>Stops whatever runs and closes the recording's file; takes the folder away if it was a temporary one.</summary>
    public void Dispose()
    {
        if (!_stopped) Stop(RecordingOutcome.Abandoned);
        Close();
        if (_isTemporary && Directory.Exists(_folder.Path)) Directory.Delete(_folder.Path, recursive: true);
    }

    private void Close()
    {
        if (_closed) return;
        _closed = true;
        _capture.Dispose();
        _states.Dispose();
        _relay.Dispose();
    }

    private static string Shorten(string command) =>
        command.Length <= CaptureScope.LongestCommand ? command : command[..(CaptureScope.LongestCommand - 1)] + "…";

    private static bool IsSettled(SocketSnapshot? view) => view is not { Kind: SocketKind.Full or SocketKind.Request };

    /// <exception cref="TcpCaptureException">The recording could not be written, or socket states not observed, to the end.</exception>
    internal void ThrowIfFailed()
    {
        if (WriteFailure is { } unwritten) throw unwritten;
        if (StatesFailure is { } unobserved) throw new StateSourceException(unobserved, remedy: Remedy.ChooseStateSource);
    }

    private bool IsQuietWithin(TimeSpan timeout) => _states.WaitFor(snapshots => !_hub.FourTuples.Any(t => IsWaiting(snapshots, t)), timeout);

    private static bool IsWaiting(ISocketSnapshots snapshots, FourTuple end) =>
        snapshots.Of(end) is { Kind: SocketKind.TimeWait } || snapshots.Of(end.Reverse()) is { Kind: SocketKind.TimeWait };
}
