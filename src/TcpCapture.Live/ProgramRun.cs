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
/// this process alone. <see cref="Pass"/> and <see cref="Kill"/> may be called on any thread.
/// </remarks>
public sealed class ProgramRun
{
    private const int MaxTitleLength = 120;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly ProgramRunOptions _programs;
    private readonly CaptureSessionOptions _observing;
    private readonly CancellationTokenSource _interrupted = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly Lock _gate = new();
    private RunningProgram? _running;

    /// <summary>Prepares a run.</summary>
    /// <param name="programs">The programs.</param>
    /// <param name="observing">How to observe; without an interface, all interfaces.</param>
    public ProgramRun(ProgramRunOptions programs, CaptureSessionOptions observing)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(observing);
        _programs = programs;
        _observing = observing;
    }

    /// <summary>Called with a sentence for each notice to the user.</summary>
    public Action<string>? Said { get; init; }

    /// <summary>Called while <see cref="CaptureSessionOptions.Follow"/> waits, with the time waited.</summary>
    public Action<TimeSpan>? Following { get; init; }

    /// <summary>Runs the programs and leaves the raw recording in the folder, to be exported next.</summary>
    /// <param name="openFolder">Creates the folder, called after everything else was checked.</param>
    /// <exception cref="TcpCaptureException">
    /// The client could not be run, the server did not listen, the capture or the state source cannot be opened, or the folder
    /// cannot be written.
    /// </exception>
    public ProgramRunResult Run(Func<OutputFolder> openFolder)
    {
        ArgumentNullException.ThrowIfNull(openFolder);
        if (!OperatingSystem.IsLinux())
            throw new ProgramException("Observing programs needs Linux: other systems do not report the owner of a socket.");
        var serverFile = _programs.Server is { } server ? ProgramFile.Find(server.File) : null;
        var files = (Client: ProgramFile.Find(_programs.Client.File), Server: serverFile);
        ListeningSocket[] before =
            [.. SockDiagLister.Listeners().Where(listener => _programs.Port is null || listener.Local.Port == _programs.Port)];
        if (_programs is { Server: not null, Port: not null } && before.Length > 0) throw Taken(before[0]);
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
        lock (_gate)
        {
            if (_running is not { HasEnded: false } program) _interrupted.Cancel();
            else if (!hasReachedPrograms) Signals.Send(program.Id, signal);
        }
    }

    /// <summary>Kills the running program and finishes the recording.</summary>
    public void Kill()
    {
        if (!OperatingSystem.IsLinux()) return;
        _hurry.Cancel();
        lock (_gate)
        {
            _interrupted.Cancel();
            if (_running is not { HasEnded: false } program) return;
            foreach (var process in ProcessTree.Subtree([program.Entry])) Signals.Kill(process.Id);
        }
    }

    [SupportedOSPlatform("linux")]
    private static ProgramException Taken(ListeningSocket listener)
    {
        var who = LinuxProcess.All().FirstOrDefault(process => LinuxProcess.SocketInodes(process).Contains(listener.Inode));
        var name = who == 0 ? "another process" : string.Create(CultureInfo.InvariantCulture, $"{LinuxProcess.NameOf(who)} ({who})");
        return new ProgramException($"{name} already listens on {listener.Local}.", remedy: Remedy.OmitServer);
    }

    [SupportedOSPlatform("linux")]
    private ProgramRunResult Observe(OutputFolder folder, (string Client, string? Server) files, ListeningSocket[] before)
    {
        using var tracer = OpenTracer(out var callsIncomplete);
        var processes = new ProgramProcesses(tracer is null ? null : Owns, tracer is null ? null : tracer.NameOf);
        var owners = new ConnectionOwners(processes, new LocalAddresses().Has);
        AddOthers(owners, before);
        ProgramCommand[] commands = _programs.Server is { } server ? [_programs.Client, server] : [_programs.Client];
        var scope = new CaptureScope
        {
            Ports = _programs.Port is { } port ? [port] : [],
            Title = Title(_programs.Client),
            Commands = [.. commands.Select(command => command.ToString())],
        };
        var options = _observing with { Interface = _observing.Interface ?? "any" };
        var hub = new ObservationHub { Owners = owners };
        using var session = CaptureSession.Start(
            hub, scope, folder, options, callsComplete: tracer is not null && _programs.Server is not null, isWaitedFor: false);
        tracer?.Start(hub, scope.Ports);
        owners.Begin(Timestamp.Now);
        var exitCode = RunPrograms(new Observation(session, owners, processes, tracer), files);
        if (!_interrupted.IsCancellationRequested) session.Follow(_interrupted.Token, Following);
        tracer?.Stop();
        callsIncomplete ??= tracer?.Statistics.Incomplete;
        var outcome = _interrupted.IsCancellationRequested ? RecordingOutcome.Interrupted : RecordingOutcome.Completed;
        var end = session.Stop(outcome, callsIncomplete);
        if (session.FatalFailure is { } failure) throw failure;
        if (session.Foreign is { IsEmpty: false } foreign) OwnRecording.Keep(folder, foreign);
        return new ProgramRunResult(folder, exitCode, end);

        // A trace that lost records cannot exclude a task.
        bool? Owns(int task) => tracer.Owns(task) ? true : tracer.Statistics.Lost == 0 ? false : null;
    }

    /// <summary>Adds the listeners that exist already: the client may talk to one of them.</summary>
    [SupportedOSPlatform("linux")]
    private static void AddOthers(ConnectionOwners owners, ListeningSocket[] before)
    {
        var holders = ListenerHolders.FindOnly(before);
        foreach (var listener in before)
        {
            var holder = holders.GetValueOrDefault(listener.Inode);
            var name = holder == 0 ? null : LinuxProcess.NameOf(holder);
            owners.AddListener(listener.Local, new Timestamp(long.MinValue), holder, name, isOurs: false);
        }
    }

    [SupportedOSPlatform("linux")]
    private int RunPrograms(Observation observation, (string Client, string? Server) files)
    {
        var session = observation.Session;
        using var server = _programs.Server is { } command
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
            using var client = observation.Start(Side.Client, () => RunningProgram.Start(_programs.Client, files.Client));
            Await(client);
            if (server is { HasEnded: true } && heirs.All(heir => heir.Id == server.Id))
                Said?.Invoke($"The server {server.Ending} before the client did.");
            else if (server is not null && _programs.UntilServer) AwaitEnd(server, heirs);
            if (!_interrupted.IsCancellationRequested) session.Settle(_programs.ClosingTime);
            isWhole = true;
            return client.ExitCode;
        }
        finally
        {
            if (server is not null && !ProgramStop.Stop(server, heirs, _programs.StopTimeout, _hurry.Token))
            {
                var seconds = _programs.StopTimeout.TotalSeconds;
                Said?.Invoke(string.Create(CultureInfo.InvariantCulture,
                    $"The server did not end when asked to (SIGTERM) and was killed (SIGKILL) after {seconds:0.###} s."));
            }

            if (server is not null) _ = ProcessTree.Descendants([server.Id]); // releases the adopted orphans among them
            if (server is not null && isWhole && !_interrupted.IsCancellationRequested) session.Settle(_programs.ClosingTime);
        }
    }

    [SupportedOSPlatform("linux")]
    private IReadOnlyList<(ListeningSocket Socket, int Process)> AwaitServer(RunningProgram server)
    {
        try
        {
            return new ServerStart(server, _programs.Port).Wait(_programs.ServerTimeout, _interrupted.Token);
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

    private static string Title(ProgramCommand client)
    {
        var line = string.Concat(client.ToString().Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= MaxTitleLength ? line : line[..(MaxTitleLength - 1)] + "…";
    }

    private static ProgramException GivenUp() => new("Interrupted before the client was started: nothing was recorded.");

    /// <summary>Waits until the client ends; after the time limit it is stopped.</summary>
    [SupportedOSPlatform("linux")]
    private void Await(RunningProgram client)
    {
        lock (_gate) _running = client;
        if (!client.WaitForEnd(_programs.Duration))
        {
            Said?.Invoke("The time limit has passed: the client is asked to end (SIGTERM).");
            if (!ProgramStop.Stop(client, [], _programs.StopTimeout, _hurry.Token))
                Said?.Invoke("The client did not end when asked to and was killed (SIGKILL).");
            client.WaitForEnd();
        }

        lock (_gate) _running = null;
    }

    [SupportedOSPlatform("linux")]
    private void AwaitEnd(RunningProgram server, IReadOnlyCollection<ProcessEntry> heirs)
    {
        lock (_gate) _running = server;
        server.WaitForEnd();
        lock (_gate) _running = null;
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
