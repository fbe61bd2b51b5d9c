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

/// <summary>
/// Someone's own programs, unmodified, run while they are observed: a client, and a server before it if one is given.
/// </summary>
/// <remarks>
/// The programs have this process's terminal and standard streams (but the server finds its input empty, and what it prints goes to standard error). What is the terminal's
/// doing reaches them directly, since they are in the same process group; <see cref="Pass"/> is for signals that came to this
/// process alone. Any thread may call it, and <see cref="Kill"/>.
/// </remarks>
public sealed class ProgramRun
{
    private const int LongestTitle = 120;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly ProgramRunOptions _programs;
    private readonly CaptureSessionOptions _observing;
    private readonly CancellationTokenSource _interrupted = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly Lock _gate = new();
    private RunningProgram? _running;

    /// <summary>Prepares a run.</summary>
    /// <param name="programs">What to run.</param>
    /// <param name="observing">How to observe; without an interface, all of them.</param>
    public ProgramRun(ProgramRunOptions programs, CaptureSessionOptions observing)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(observing);
        _programs = programs;
        _observing = observing;
    }

    /// <summary>Told in a sentence each what a person should know while it runs.</summary>
    public Action<string>? Said { get; init; }

    /// <summary>Told now and then how long <see cref="CaptureSessionOptions.Follow"/> has been waiting.</summary>
    public Action<TimeSpan>? Following { get; init; }

    /// <summary>Runs the programs and leaves the raw recording in the folder, to be exported next.</summary>
    /// <param name="openFolder">Makes the folder, called once all that can be known beforehand is known to be right.</param>
    /// <exception cref="TcpCaptureException">The client could not be run, or the server did not listen.</exception>
    /// <exception cref="TcpCaptureException">The capture cannot be opened.</exception>
    /// <exception cref="TcpCaptureException">The state source asked for does not work here.</exception>
    /// <exception cref="TcpCaptureException">The folder or the recording cannot be written.</exception>
    public ProgramRunResult Run(Func<OutputFolder> openFolder)
    {
        ArgumentNullException.ThrowIfNull(openFolder);
        if (!OperatingSystem.IsLinux()) throw new ProgramException("Running programs under observation needs Linux: elsewhere nobody tells whose a socket is.");
        var files = (Client: ProgramFile.Find(_programs.Client.File), Server: _programs.Server is { } server ? ProgramFile.Find(server.File) : null);
        var before = SockDiagLister.Listeners().Where(listener => _programs.Port is null || listener.Local.Port == _programs.Port).ToArray();
        if (_programs is { Server: not null, Port: not null } && before.Length > 0) throw Taken(before[0]);
        LinuxProcess.AdoptOrphans();
        var folder = openFolder();
        try
        {
            return Observe(folder, files, before);
        }
        catch (OutputException)
        {
            throw; // what was recorded before is kept
        }
        catch
        {
            folder.Discard();
            throw;
        }
    }

    /// <summary>
    /// Passes a signal on: to the client while it runs, to the server when that is waited for. Where nothing runs it ends the waiting.
    /// </summary>
    /// <param name="signal">SIGINT, SIGTERM, SIGHUP or SIGQUIT.</param>
    /// <param name="hasReachedPrograms">The programs have it already, from the terminal.</param>
    public void Pass(PosixSignal signal, bool hasReachedPrograms = false)
    {
        if (!OperatingSystem.IsLinux()) return;
        lock (_gate)
        {
            if (_running is not { HasEnded: false } program) _interrupted.Cancel();
            else if (!hasReachedPrograms) Signals.Send(program.Id, signal);
        }
    }

    /// <summary>Ends what runs, at once, and finishes the recording.</summary>
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
        return new ProgramException($"On {listener.Local} {name} listens already.", remedy: Remedy.OmitServer);
    }

    [SupportedOSPlatform("linux")]
    private ProgramRunResult Observe(OutputFolder folder, (string Client, string? Server) files, ListeningSocket[] before)
    {
        using var tracer = OpenTracer(out var callsIncomplete);
        var processes = new ProgramProcesses(tracer is null ? null : task => tracer.Owns(task) ? true : tracer.Statistics.Lost == 0 ? false : null, tracer is null ? null : tracer.NameOf);
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
        var end = session.Stop(_interrupted.IsCancellationRequested ? RecordingOutcome.Interrupted : RecordingOutcome.Completed, callsIncomplete);
        if (session.FatalFailure is { } failure) throw failure;
        if (session.Foreign is { IsEmpty: false } foreign) OwnRecording.Keep(folder, foreign);
        return new ProgramRunResult(folder, exitCode, end);
    }

    /// <summary>Who listens already is none of the programs, but may be the server they talk to.</summary>
    [SupportedOSPlatform("linux")]
    private static void AddOthers(ConnectionOwners owners, ListeningSocket[] before)
    {
        var holders = ListenerHolders.FindOnly(before);
        foreach (var listener in before)
        {
            var holder = holders.GetValueOrDefault(listener.Inode);
            owners.AddListener(listener.Local, new Timestamp(long.MinValue), holder, holder == 0 ? null : LinuxProcess.NameOf(holder), isOurs: false);
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
            if (server is { HasEnded: true } && heirs.All(heir => heir.Id == server.Id)) Said?.Invoke($"The server {server.Ending} before the client did.");
            else if (server is not null && _programs.UntilServer) AwaitEnd(server, heirs);
            if (!_interrupted.IsCancellationRequested) session.Settle(_programs.ClosingTime);
            isWhole = true;
            return client.ExitCode;
        }
        finally
        {
            if (server is not null && !ProgramStop.Stop(server, heirs, _programs.StopTimeout, _hurry.Token))
                Said?.Invoke(string.Create(CultureInfo.InvariantCulture, $"The server did not end when asked to (SIGTERM) and was killed (SIGKILL) after {_programs.StopTimeout.TotalSeconds:0.###} s."));
            if (server is not null) _ = ProcessTree.Descendants([server.Id]); // lets go of the orphans among them
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

    /// <summary>What observes the programs.</summary>
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

    /// <summary>The client's command line, in one line and not too long for a heading.</summary>
    private static string Title(ProgramCommand client)
    {
        var line = string.Concat(client.ToString().Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= LongestTitle ? line : line[..(LongestTitle - 1)] + "…";
    }

    private static ProgramException GivenUp() => new("Interrupted before the client was started: nothing was recorded.");

    /// <summary>Waits for the client's end, which may have to be asked for.</summary>
    [SupportedOSPlatform("linux")]
    private void Await(RunningProgram client)
    {
        lock (_gate) _running = client;
        if (!client.WaitForEnd(_programs.Duration))
        {
            Said?.Invoke("The time limit has passed: the client is asked to end (SIGTERM).");
            if (!ProgramStop.Stop(client, [], _programs.StopTimeout, _hurry.Token)) Said?.Invoke("The client did not end when asked to and was killed (SIGKILL).");
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
        // One that has put itself into the background goes on in what it started.
        while (ProcessTree.Subtree(heirs).Count > 0 && !_interrupted.Token.WaitHandle.WaitOne(Beat))
        {
        }
    }

    /// <summary>Opens the trace of the programs' calls, if states may be traced too; else says why not.</summary>
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

        why = "nothing is traced, since another state source was asked for";
        return null;
    }
}
