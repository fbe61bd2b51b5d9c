using System.Runtime.ExceptionServices;
using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// Runs a scenario. The order is: <see cref="Prepare"/> and <see cref="Preflight"/> before anything is recorded,
/// <see cref="Run"/> while the capture is ready, <see cref="CleanUp"/> after it has stopped.
/// </summary>
/// <remarks>
/// Each program's script has a thread of its own; where both run here a baton passes between them and only its holder
/// acts. A run that ends early leaves a thread behind that is blocked in a call; nothing is closed under it before the
/// clean-up, so that no segment of the clean-up is observed.
/// </remarks>
internal sealed class ExchangeRunner : IDisposable
{
    /// <summary>How long a script may need to notice the end of the run if it is in no call.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200);

    private readonly IScenario _scenario;
    private readonly ExchangeRun _run;
    private ExceptionDispatchInfo? _failure;

    public ExchangeRunner(IScenario scenario, ExchangeOptions options, CallLog log, WireWatch wire)
    {
        _scenario = scenario;
        Options = scenario.Adapt(options);
        _run = new ExchangeRun(Options, log, wire, () => Look?.Invoke());
    }

    /// <summary>What the scenario is really run with: its address may differ from the one asked for.</summary>
    public ExchangeOptions Options { get; }

    /// <summary>The server's address.</summary>
    public Endpoint Server => Endpoint.From(Options.Address, Options.Port);

    /// <summary>Called on a script's thread where the states are worth a look.</summary>
    public Action? Look { get; init; }

    /// <summary>What went otherwise than expected, one sentence each.</summary>
    public IReadOnlyList<string> Notes => _run.Wire.Notes;

    /// <summary>Makes the changes the scenario needs in the private namespace, on the calling thread's namespace.</summary>
    /// <exception cref="TcpCaptureException">It is no private namespace, or the change failed.</exception>
    public void Prepare()
    {
        if (!Options.IsPrivateNamespace)
        {
            if (!_scenario.NeedsPrivateNamespaceFor(Options)) return;
            throw new ExchangeException(
                $"{_scenario.Name} changes routes or settings and so needs a network namespace of its own.",
                remedy: Remedy.UsePrivateNamespace);
        }

        var network = new PrivateNamespace();
        network.Ip("link set lo up");
        if (_scenario.NeedsPrivateNamespaceFor(Options)) _scenario.Prepare(network, Options);
    }

    /// <summary>Finds out, without sending anything, whether address and port can be used.</summary>
    /// <exception cref="TcpCaptureException">They cannot; the message says what to do.</exception>
    public void Preflight() => ExchangePreflight.Check(_scenario, Options);

    /// <summary>Runs the scripts; returns when they are done, the duration is over or the run is cancelled.</summary>
    /// <exception cref="TcpCaptureException">Something went otherwise than the scenario says.</exception>
    public void Run(CancellationToken cancellation)
    {
        List<Side> sides = Options.Role switch
        {
            ExchangeRole.Server => [Side.Server],
            ExchangeRole.Client => [Side.Client],
            _ => [Side.Server, Side.Client],
        };
        var running = sides.Count;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var done = new ManualResetEventSlim();
        if (Options.Duration is { } duration) stop.CancelAfter(duration);
        try
        {
            foreach (var side in sides)
            {
                _run.StartThread($"{_scenario.Name} {side.ToText()}", () =>
                {
                    RunScript(side);
                    if (Interlocked.Decrement(ref running) == 0) done.Set();
                });
            }

            if (WaitHandle.WaitAny([done.WaitHandle, stop.Token.WaitHandle, _run.Stopped.WaitHandle]) != 0)
            {
                _run.Stop();
                done.Wait(Grace);
            }

            Look?.Invoke();
        }
        finally
        {
            _run.EndProcesses();
        }

        _failure?.Throw();
    }

    /// <summary>
    /// Closes what the scenario has left open. To be called after the capture has stopped; nothing of it is logged.
    /// </summary>
    public void CleanUp() => _run.Dispose();

    /// <inheritdoc cref="CleanUp"/>
    public void Dispose() => CleanUp();

    private void RunScript(Side side)
    {
        var actor = new Actor(side, _run);
        try
        {
            _run.Baton.Take(side, _run.Stopped);
            if (side == Side.Server) _scenario.RunServer(actor);
            else _scenario.RunClient(actor);
        }
        catch (Exception) when (_run.Stopped.IsCancellationRequested)
        {
            // The run was ended, or the other script failed: what a call says that was cut short by it is no news.
            return;
        }
        catch (Exception error)
        {
            var told = error is SocketCallException call ? ExchangeAdvice.Explain(side, call, Options) : error;
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(told), null);
            _run.Stop();
        }
        finally
        {
            _run.Baton.Leave(side);
        }
    }
}
