using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Calls;
using TcpCapture.Live.Observation;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.Programs;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>Runs unmodified programs and records them: a client, and before it an optional server.</summary>
/// <remarks>
/// The programs inherit the terminal and the standard streams, but the server reads empty input and its output goes to standard
/// error. They are in this process's group, so terminal signals reach them directly; <see cref="Pass"/> is for signals sent to
/// this process alone. It may be called on any thread.
/// </remarks>
public sealed class ProgramRun
{
    /// <summary>The default of <see cref="ServerTimeout"/>.</summary>
    public static TimeSpan DefaultServerTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The default of <see cref="ClosingTime"/>.</summary>
    public static TimeSpan DefaultClosingTime { get; } = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly CaptureSessionOptions _observing;
    private readonly CancellationTokenSource _interrupted = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly SignalTarget _target = new();
    private bool _hasRun;

    /// <summary>Prepares a run.</summary>
    /// <param name="observing">How to observe; without an interface, all interfaces. Null: the best there is.</param>
    public ProgramRun(CaptureSessionOptions? observing = null) => _observing = observing ?? new CaptureSessionOptions();

    /// <summary>The client's program (a path, or a name to find in PATH) and its arguments; the recording ends soon after it.</summary>
    public required IReadOnlyList<string> Client { get; init; }

    /// <summary>The server, started before the client and stopped after it; null: there is one elsewhere, or none is needed.</summary>
    public IReadOnlyList<string>? Server { get; init; }

    /// <summary>The TCP port that is observed, 1 to 65535; null: whatever the programs open.</summary>
    public ushort? Port { get; init; }

    /// <summary>How long the server may take to listen.</summary>
    public TimeSpan ServerTimeout { get; init; } = DefaultServerTimeout;

    /// <summary>How long a program may take to end once it is asked to (SIGTERM), before it is ended (SIGKILL).</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Wait until the server ends by itself instead of stopping it after the client.</summary>
    public bool UntilServer { get; init; }

    /// <summary>How long connections that are closing are followed once the programs have ended.</summary>
    public TimeSpan ClosingTime { get; init; } = DefaultClosingTime;

    /// <summary>Ask the client to end after this long; null: it ends by itself.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The client's exit code, or 128 and the signal's number if a signal ended it; null until it has ended.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Called with a sentence for each notice to the user.</summary>
    public Action<string>? Said { get; init; }

    /// <summary>Called while <see cref="CaptureSessionOptions.Follow"/> waits, with the time waited.</summary>
    public Action<TimeSpan>? Following { get; init; }

    /// <summary>Runs the programs and leaves the raw recording in the folder, to be exported next.</summary>
    /// <param name="openFolder">Creates the folder, called after everything else was checked.</param>
    /// <param name="cancellationToken">Kills the programs; what was recorded until then is kept.</param>
    /// <returns>The folder, with its raw recording.</returns>
    /// <exception cref="TcpCaptureException">
    /// The client could not be run, the server did not listen, the capture or the state source cannot be opened, or the folder
    /// cannot be written.
    /// </exception>
    /// <exception cref="InvalidOperationException">It was run before.</exception>
    public Task<OutputFolder> RunAsync(Func<OutputFolder> openFolder, CancellationToken cancellationToken = default) =>
        Task.Factory.StartNew(
            () => Run(openFolder, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>As <see cref="RunAsync"/>, on the calling thread, whose network namespace is observed.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public OutputFolder Run(Func<OutputFolder> openFolder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(openFolder);
        if (Interlocked.Exchange(ref _hasRun, true)) throw new InvalidOperationException("The programs were run before: make a new run.");
        using var killing = cancellationToken.Register(Kill);
        if (!OperatingSystem.IsLinux())
            throw new ProgramException("Observing programs needs Linux: other systems do not report the owner of a socket.");
        var serverFile = ServerCommand is { } server ? ProgramFile.Find(server.File) : null;
        var files = (Client: ProgramFile.Find(ClientCommand.File), Server: serverFile);
        ListeningSocket[] before =
            [.. SockDiagLister.Listeners().Where(listener => Port is null || listener.Local.Port == Port)];
        if (Server is not null && Port is not null && before.Length > 0) throw ListenerHolders.Taken(before[0]);
        LinuxProcess.AdoptOrphans();
        var folder = openFolder();
        try
        {
            return Observe(folder, files, before);
        }
        catch (OutputException) when (File.Exists(folder.RawPath))
        {
            throw; // the recording so far is kept
        }
        catch
        {
            folder.Discard();
            throw;
        }
    }

    /// <summary>Sends a signal to the program that is waited for; without one it ends the waiting.</summary>
    /// <param name="signal">SIGINT, SIGTERM, SIGHUP or SIGQUIT.</param>
    /// <param name="hasReachedPrograms">True if the terminal has sent it to the programs already.</param>
    public void Pass(PosixSignal signal, bool hasReachedPrograms = false)
    {
        if (!OperatingSystem.IsLinux()) return;
        if (!_target.Send(signal, hasReachedPrograms)) _interrupted.Cancel();
    }

    /// <summary>Splits a command line into words at blanks, with a shell's rules for quotes and backslashes.</summary>
    /// <remarks>
    /// Single quotes quote all characters. In double quotes, a backslash quotes a double quote or another backslash. Outside
    /// quotes, a backslash quotes the next character. Unquoted characters that need a shell (pipes, redirections, variables,
    /// lists) are an error.
    /// </remarks>
    /// <param name="text">The command line.</param>
    /// <param name="words">The program and its arguments, if the text is valid.</param>
    /// <param name="mistake">The error otherwise: a sentence without a full stop.</param>
    public static bool TrySplit(
        string text, [NotNullWhen(true)] out IReadOnlyList<string>? words, [NotNullWhen(false)] out string? mistake)
    {
        var isValid = ProgramCommand.TryParse(text, out var command, out mistake);
        words = command is null ? null : [command.File, .. command.Arguments];
        return isValid;
    }

    /// <summary>Kills the running program and finishes the recording.</summary>
    private void Kill()
    {
        if (!OperatingSystem.IsLinux()) return;
        _hurry.Cancel();
        _interrupted.Cancel();
        _target.Kill();
    }

    [SupportedOSPlatform("linux")]
    private OutputFolder Observe(OutputFolder folder, (string Client, string? Server) files, ListeningSocket[] before)
    {
        using var tracer = OpenTracer(out var callsIncomplete);
        var processes = new ProgramProcesses(tracer is null ? null : Owns, tracer is null ? null : tracer.NameOf);
        var owners = new ConnectionOwners(processes, new LocalAddresses().Has);
        ListenerHolders.AddOthers(owners, before);
        ProgramCommand[] commands = ServerCommand is { } server ? [ClientCommand, server] : [ClientCommand];
        var scope = new CaptureScope
        {
            Ports = Port is { } port ? [port] : [],
            Title = ClientCommand.Title,
            Commands = [.. commands.Select(command => command.ToString())],
        };
        var options = _observing with { Interface = _observing.Interface ?? "any" };
        var hub = new ObservationHub { Owners = owners };
        using var session = CaptureSession.Start(
            hub, scope, folder, options, callsComplete: tracer is not null && Server is not null, isWaitedFor: false);
        tracer?.Start(hub, scope.Ports);
        owners.Begin(Timestamp.Now);
        ExitCode = RunPrograms(new Observation(session, owners, processes, tracer), files);
        if (!_interrupted.IsCancellationRequested) session.Follow(_interrupted.Token, Following);
        tracer?.Stop();
        callsIncomplete ??= tracer?.Statistics.Incomplete;
        var outcome = _interrupted.IsCancellationRequested ? RecordingOutcome.Interrupted : RecordingOutcome.Completed;
        session.Stop(outcome, callsIncomplete);
        if (session.FatalFailure is { } failure) throw failure;
        if (session.Foreign is { IsEmpty: false } foreign) OwnRecording.Keep(folder, foreign);
        return folder;

        // A trace that lost records cannot exclude a task.
        bool? Owns(int task) => tracer.Owns(task) ? true : tracer.Statistics.Lost == 0 ? false : null;
    }

    [SupportedOSPlatform("linux")]
    private int RunPrograms(Observation observation, (string Client, string? Server) files)
    {
        var session = observation.Session;
        using var server = ServerCommand is { } command
            ? observation.Start(Side.Server, () => RunningProgram.StartBeside(command, files.Server!)) : null;
        IReadOnlyCollection<ProcessEntry> heirs = [];
        var isWhole = false;
        try
        {
            if (server is not null)
            {
                foreach (var (listener, process) in AwaitServer(server))
                {
                    observation.Owners.AddListener(listener.Local, Timestamp.Now, process, LinuxProcess.NameOf(process), isOurs: true);
                    session.WatchListener(listener.Local);
                }

                heirs = ProcessTree.Descendants([server.Id]);
            }

            if (_interrupted.IsCancellationRequested) throw GivenUp();
            using var client = observation.Start(Side.Client, () => RunningProgram.Start(ClientCommand, files.Client));
            Await(client);
            if (server is { HasEnded: true } && heirs.All(heir => heir.Id == server.Id))
                Said?.Invoke($"The server {server.Ending} before the client did.");
            else if (server is not null && UntilServer) AwaitEnd(server, heirs);
            if (!_interrupted.IsCancellationRequested) session.Settle(ClosingTime);
            isWhole = true;
            return client.ExitCode;
        }
        finally
        {
            if (server is not null && !ProgramStop.Stop(server, heirs, StopTimeout, _hurry.Token))
            {
                var seconds = StopTimeout.TotalSeconds;
                Said?.Invoke(string.Create(CultureInfo.InvariantCulture,
                    $"The server did not end when asked to (SIGTERM) and was killed (SIGKILL) after {seconds:0.###} s."));
            }

            if (server is not null) _ = ProcessTree.Descendants([server.Id]); // releases the adopted orphans among them
            if (server is not null && isWhole && !_interrupted.IsCancellationRequested) session.Settle(ClosingTime);
        }
    }

    [SupportedOSPlatform("linux")]
    private IReadOnlyList<(ListeningSocket Socket, int Process)> AwaitServer(RunningProgram server)
    {
        try
        {
            return new ServerStart(server, Port).Wait(ServerTimeout, _interrupted.Token);
        }
        catch (OperationCanceledException)
        {
            throw GivenUp();
        }
    }

    [SupportedOSPlatform("linux")]
    private sealed record Observation(CaptureSession Session, ConnectionOwners Owners, ProgramProcesses Processes, ProgramTracer? Tracer)
    {
        public RunningProgram Start(Side role, Func<RunningProgram> start)
        {
            var program = Tracer is null ? start() : Tracer.Fork(role, start);
            Processes.Add(program.Id);
            return program;
        }
    }

    private ProgramCommand ClientCommand => ProgramCommand.Of(Client);

    private ProgramCommand? ServerCommand => Server is null ? null : ProgramCommand.Of(Server);

    private static ProgramException GivenUp() => new("Interrupted before the client was started: nothing was recorded.");

    /// <summary>Waits until the client ends; after the time limit it is stopped.</summary>
    [SupportedOSPlatform("linux")]
    private void Await(RunningProgram client)
    {
        _target.Set(client);
        if (!client.WaitForEnd(Duration))
        {
            Said?.Invoke("The time limit has passed: the client is asked to end (SIGTERM).");
            if (!ProgramStop.Stop(client, [], StopTimeout, _hurry.Token))
                Said?.Invoke("The client did not end when asked to and was killed (SIGKILL).");
            client.WaitForEnd();
        }

        _target.Clear();
    }

    [SupportedOSPlatform("linux")]
    private void AwaitEnd(RunningProgram server, IReadOnlyCollection<ProcessEntry> heirs)
    {
        _target.Set(server);
        server.WaitForEnd();
        _target.Clear();
        // A server that went to the background continues in the processes it started.
        while (ProcessTree.Subtree(heirs).Count > 0 && !_interrupted.Token.WaitHandle.WaitOne(Beat))
        {
        }
    }

    /// <summary>Opens the call trace if states may be traced too; otherwise null and the reason.</summary>
    [SupportedOSPlatform("linux")]
    private ProgramTracer? OpenTracer(out string? why)
    {
        why = null;
        if (_observing.States is StateSourceChoice.Auto or StateSourceChoice.Traced)
        {
            try
            {
                return ProgramTracer.Open();
            }
            catch (StateSourceException error)
            {
                why = error.Message.TrimEnd('.');
                return null;
            }
        }

        why = "nothing is traced, because another state source was chosen";
        return null;
    }
}
