using TcpCapture.Export.Output;
using TcpCapture.Live.Observation;
using TcpCapture.Live.Scenarios;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>A scenario, run while it is observed.</summary>
public static class Experiment
{
    /// <summary>
    /// Runs a scenario and leaves its raw recording in the folder, to be exported next. What is wrong with the options is
    /// found before anything is recorded or made.
    /// </summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="exchange">What to run it with.</param>
    /// <param name="options">How to observe.</param>
    /// <param name="openFolder">Makes the folder, called once all else is known to be right.</param>
    /// <param name="following">Told now and then how long <see cref="CaptureSessionOptions.Follow"/> has been waiting.</param>
    /// <param name="cancellation">Ends it early: the recording is finished and shorter.</param>
    /// <returns>The folder, with its raw recording.</returns>
    /// <exception cref="TcpCaptureException">The scenario cannot be run here.</exception>
    /// <exception cref="TcpCaptureException">The capture cannot be opened.</exception>
    /// <exception cref="TcpCaptureException">The state source asked for does not work here.</exception>
    /// <exception cref="TcpCaptureException">The recording could not be written to its end.</exception>
    public static OutputFolder Run(
        IScenario scenario,
        ExchangeOptions exchange,
        CaptureSessionOptions options,
        Func<OutputFolder> openFolder,
        Action<TimeSpan>? following = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(openFolder);
        var hub = new ObservationHub();
        CaptureSession? session = null;
        using var runner = new ExchangeRunner(scenario, exchange, hub.Calls, hub.Wire) { Look = () => session?.SampleNow() };
        runner.Prepare();
        runner.Preflight();
        var folder = openFolder();
        try
        {
            var callsComplete = exchange.Role == ExchangeRole.Both;
            using (session = CaptureSession.Start(
                hub, CaptureScope.Of(runner.Server, scenario.Name), folder, options with { TraceDrops = scenario.AsksForDrops }, callsComplete, isWaitedFor: true))
            {
                runner.Run(cancellation);
                session.Follow(cancellation, following);
                session.Stop(cancellation.IsCancellationRequested ? RecordingOutcome.Interrupted : RecordingOutcome.Completed);
                session.ThrowIfFailed();
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
