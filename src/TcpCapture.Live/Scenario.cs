using System.Net;
using TcpCapture.Live.Observation;
using TcpCapture.Live.Scenarios;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>
/// An experiment with TCP: the actions of a client and a server, in a fixed order. Its properties are the settings of a run.
/// </summary>
/// <example><code>
/// var scenario = Scenario.Find("killed-unread")! with { Port = 8080 };
/// var folder = await scenario.RunAsync(new CaptureSessionOptions(), () => OutputFolder.Create("out", force: false));
/// folder.Export();
/// </code></example>
public sealed record Scenario
{
    private readonly IScenario _script;

    private Scenario(IScenario script) => _script = script;

    /// <summary>All scenarios, in recommended reading order.</summary>
    public static IReadOnlyList<Scenario> All { get; } = [.. ScenarioCatalog.All.Select(script => new Scenario(script))];

    /// <summary>The name, such as <c>both-close</c>.</summary>
    public string Name => _script.Name;

    /// <summary>A one-sentence description.</summary>
    public string Summary => _script.Summary;

    /// <summary>True if it needs its own network namespace with these settings.</summary>
    public bool NeedsPrivateNamespace => _script.NeedsPrivateNamespaceFor(Exchange);

    /// <summary>True if it needs CAP_NET_ADMIN.</summary>
    public bool NeedsNetAdmin => _script.NeedsNetAdmin;

    /// <summary>The server's address, IPv4 or IPv6.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The server's port, 1 to 65535.</summary>
    public int Port { get; init; } = 12345;

    /// <summary>The number of messages that a client sends before its last one; 0 or more.</summary>
    public int Messages { get; init; } = 5;

    /// <summary>The <c>backlog</c> argument of listen; 0 or more.</summary>
    public int Backlog { get; init; } = 5;

    /// <summary>
    /// The only end that runs on this host; the other one runs elsewhere, the server first. Null: both, in lock-step, so that every
    /// run has the same order.
    /// </summary>
    public Side? OnlySide { get; init; }

    /// <summary>The maximum duration; the run then ends as if the scripts had ended. Null: no limit.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>True if this process has its own network namespace, so that a scenario may change routes and settings.</summary>
    public bool IsPrivateNamespace { get; init; }

    private ExchangeOptions Exchange => new()
    {
        Address = Address,
        Port = Port,
        Messages = Messages,
        Backlog = Backlog,
        Role = OnlySide switch
        {
            null => ExchangeRole.Both,
            Side.Server => ExchangeRole.Server,
            _ => ExchangeRole.Client,
        },
        Duration = Duration,
        IsPrivateNamespace = IsPrivateNamespace,
    };

    /// <summary>Finds a scenario by its <see cref="Name"/>, in any case; null if there is none.</summary>
    public static Scenario? Find(string name) =>
        All.FirstOrDefault(scenario => string.Equals(scenario.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Runs the scenario and leaves its raw recording in the folder, to be exported next. Wrong settings are found before
    /// anything is recorded.
    /// </summary>
    /// <param name="options">How to observe.</param>
    /// <param name="openFolder">Creates the folder, called once everything else is known to be right.</param>
    /// <param name="following">Called while <see cref="CaptureSessionOptions.Follow"/> waits, with the time waited.</param>
    /// <param name="cancellationToken">Ends it early: the recording is finished and shorter.</param>
    /// <returns>The folder, with its raw recording.</returns>
    /// <exception cref="TcpCaptureException">
    /// The scenario cannot be run here, the capture or the state source cannot be opened, or the recording cannot be written.
    /// </exception>
    public Task<OutputFolder> RunAsync(
        CaptureSessionOptions options, Func<OutputFolder> openFolder, Action<TimeSpan>? following = null,
        CancellationToken cancellationToken = default) =>
        Task.Run(() => Run(options, openFolder, following, cancellationToken), CancellationToken.None);

    /// <summary>As <see cref="RunAsync"/>, on the calling thread, whose network namespace is observed.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public OutputFolder Run(
        CaptureSessionOptions options, Func<OutputFolder> openFolder, Action<TimeSpan>? following = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(openFolder);
        var hub = new ObservationHub();
        CaptureSession? session = null;
        using var runner = new ExchangeRunner(_script, Exchange, hub.Calls, hub.Wire) { SampleNow = () => session?.SampleNow() };
        runner.Prepare();
        runner.Preflight();
        var folder = openFolder();
        try
        {
            using (session = CaptureSession.Start(
                hub, CaptureScope.Of(runner.Server, Name), folder, options with { TraceDrops = _script.RecordsDrops },
                callsComplete: OnlySide is null, isWaitedFor: true))
            {
                runner.Run(cancellationToken);
                session.Follow(cancellationToken, following);
                session.Stop(cancellationToken.IsCancellationRequested ? RecordingOutcome.Interrupted : RecordingOutcome.Completed);
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

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
