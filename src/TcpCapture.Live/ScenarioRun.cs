using TcpCapture.Live.Observation;
using TcpCapture.Live.Scenarios;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>Runs a scenario and records it.</summary>
public static class ScenarioRun
{
    /// <summary>
    /// Runs a scenario and leaves its raw recording in the folder, to be exported next. Wrong options are found before
    /// anything is recorded.
    /// </summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="exchange">What to run it with.</param>
    /// <param name="options">How to observe.</param>
    /// <param name="openFolder">Creates the folder, called once everything else is known to be right.</param>
    /// <param name="following">Called while <see cref="CaptureSessionOptions.Follow"/> waits, with the time waited.</param>
    /// <param name="cancellation">Ends it early: the recording is finished and shorter.</param>
    /// <returns>The folder, with its raw recording.</returns>
    /// <exception cref="TcpCaptureException">
    /// The scenario cannot be run here, the capture or the state source cannot be opened, or the recording cannot be written.
    /// </exception>
    public static Task<OutputFolder> RunAsync(
        IScenario scenario, ExchangeOptions exchange, CaptureSessionOptions options, Func<OutputFolder> openFolder,
        Action<TimeSpan>? following = null, CancellationToken cancellation = default) =>
        Task.Run(() => Run(scenario, exchange, options, openFolder, following, cancellation), CancellationToken.None);

    /// <summary>As <see cref="RunAsync"/>, on the calling thread, whose network namespace is observed.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static OutputFolder Run(
        IScenario scenario, ExchangeOptions exchange, CaptureSessionOptions options, Func<OutputFolder> openFolder,
        Action<TimeSpan>? following = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(openFolder);
        var hub = new ObservationHub();
        CaptureSession? session = null;
        using var runner = new ExchangeRunner(scenario, exchange, hub.Calls, hub.Wire) { SampleNow = () => session?.SampleNow() };
        runner.Prepare();
        runner.Preflight();
        var folder = openFolder();
        try
        {
            var callsComplete = exchange.Role == ExchangeRole.Both;
            using (session = CaptureSession.Start(
                hub, CaptureScope.Of(runner.Server, scenario.Name), folder, options with { TraceDrops = scenario.RecordsDrops },
                callsComplete, isWaitedFor: true))
            {
                runner.Run(cancellation);
                session.Follow(cancellation, following);
                session.Stop(cancellation.IsCancellationRequested ? RecordingOutcome.Interrupted : RecordingOutcome.Completed);
                if (session.FatalFailure is { } failure) throw failure;
            }

            return folder;
        }
        catch
        {
            folder.Discard();
            throw;
        }
    }
}
