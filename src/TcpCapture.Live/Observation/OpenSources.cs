using TcpCapture.Live.Capture;
using TcpCapture.Live.Parts;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Programs;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Live.Observation;

/// <summary>The open sources of a session, and the recording that they write.</summary>
internal sealed record OpenSources(IStateSource States, IFrameSource Capture, RecordingRelay Relay, RecordingParts Parts)
{
    private const int ReadTimeout = 10; // milliseconds

    // Without a trace, sampling begins at a connection's first frame, so frames must not wait.
    private const int ReadTimeoutForSampling = 1;

    /// <summary>Opens all sources; an error or a cancellation closes those already open.</summary>
    public static OpenSources Open(
        ObservationHub hub, CaptureScope scope, OutputFolder folder, CaptureSessionOptions options, bool callsComplete, bool isWaitedFor,
        RotationOptions? rotation, Func<int, OutputFolder>? nextFolder, SessionSources sources, CancellationToken cancellation)
    {
        IStateSource? states = null;
        IFrameSource? capture = null;
        RecordingRelay? relay = null;
        var preparing = Task.Run(ObservationJson.Prepare, CancellationToken.None); // in parallel with opening the capture
        try
        {
            states = sources.OpenStates(options, new TraceFilter(scope.Ports, options.TraceDrops));
            cancellation.ThrowIfCancellationRequested();
            var captureOptions = new LiveCaptureOptions
            {
                Interface = options.Interface ?? CaptureInterface.Loopback,
                Filter = scope.ToFilter(options.Filter),
                Immediate = isWaitedFor,
                ReadTimeoutMilliseconds = states.Trace is null ? ReadTimeoutForSampling : ReadTimeout,
            };
            capture = sources.OpenCapture(captureOptions, hub);
            cancellation.ThrowIfCancellationRequested();
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
            var filter = options.Attach && scope.Ports.Count == 0 ? new CapturedEventFilter(relay) : null;
            hub.Attach(relay, states, isWaitedFor, options.Attach ? new ListenerWatch(states) : null, filter);
            if (scope.Server is { } server && new LocalAddresses().Has(server)) states.WatchListener(server);
            states.Start(hub);
            if (options.Attach) states.Adopt(scope.Ports);
            if (!states.SampleNow())
                throw new StateSourceException(states.Failure ?? "Socket states cannot be sampled.", remedy: Remedy.ChooseStateSource);
            cancellation.ThrowIfCancellationRequested();
            return new OpenSources(states, capture, relay, new RecordingParts(relay, filter, capture, states, scope.Ports));
        }
        catch
        {
            Cleanup.Run(() => capture?.Dispose(), () => states?.Dispose(), () => relay?.Dispose());
            throw;
        }
    }

    private static string Shorten(string command) =>
        command.Length <= CaptureScope.MaxCommandLength ? command : command[..(CaptureScope.MaxCommandLength - 1)] + "…";
}

/// <summary>Opens the sources of a session. Tests replace them by sources that need no privilege.</summary>
internal sealed record SessionSources(
    Func<CaptureSessionOptions, TraceFilter, IStateSource> OpenStates,
    Func<LiveCaptureOptions, IObservationSink, IFrameSource> OpenCapture)
{
    public static SessionSources OfSystem { get; } = new(
        static (options, trace) => StateSources.Choose(options.States, options.SampleInterval, trace),
        static (options, sink) => LiveCapture.Open(options, sink));
}
