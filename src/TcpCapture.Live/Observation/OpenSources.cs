using TcpCapture.Live.Capture;
using TcpCapture.Live.Parts;
using TcpCapture.Live.Platform;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Live.Observation;

/// <summary>The open sources of a session and the recording they write into.</summary>
internal sealed record OpenSources(IStateSource States, IFrameSource Capture, RecordingRelay Relay, RecordingParts Parts)
{
    private const int ReadTimeout = 10; // milliseconds

    // Sampling begins at a connection's first frame: without a trace that frame must not wait.
    private const int ReadTimeoutForSampling = 1;

    /// <summary>Opens everything, or nothing: an error or a cancellation closes what was opened.</summary>
    public static OpenSources Open(
        ObservationHub hub, CaptureScope scope, OutputFolder folder, CaptureSessionOptions options, bool callsComplete, bool isWaitedFor,
        RotationOptions? rotation, Func<int, OutputFolder>? nextFolder, SessionSources sources, CancellationToken cancellation)
    {
        IStateSource? states = null;
        IFrameSource? capture = null;
        RecordingRelay? relay = null;
        var preparing = Task.Run(ObservationJson.Prepare, CancellationToken.None); // a core is idle while the capture is opened
        try
        {
            states = sources.OpenStates(options, new TraceFilter(scope.Ports, options.TraceDrops));
            cancellation.ThrowIfCancellationRequested();
            var captureOptions = new LiveCaptureOptions
            {
                Interface = options.Interface ?? CaptureInterfaces.Loopback,
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
            var sieve = options.Attach && scope.Ports.Count == 0 ? new CapturedEventFilter(relay) : null;
            hub.Attach(relay, states, isWaitedFor, options.Attach ? new ListenerWatch(states) : null, sieve);
            if (scope.Server is { } server && HostFacts.IsLocal(server)) states.WatchListener(server); // samples show only listeners of this host
            states.Start(hub);
            if (options.Attach) states.Adopt(scope.Ports);
            if (!states.SampleNow()) throw new StateSourceException(states.Failure ?? "Socket states cannot be sampled.", remedy: Remedy.ChooseStateSource);
            cancellation.ThrowIfCancellationRequested();
            return new OpenSources(states, capture, relay, new RecordingParts(relay, sieve, capture, states, scope.Ports));
        }
        catch
        {
            Cleanup.Run(() => capture?.Dispose(), () => states?.Dispose(), () => relay?.Dispose());
            throw;
        }
    }

    private static string Shorten(string command) =>
        command.Length <= CaptureScope.LongestCommand ? command : command[..(CaptureScope.LongestCommand - 1)] + "…";
}
