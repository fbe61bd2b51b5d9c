using System.Runtime.ExceptionServices;
using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// Runs a scenario: <see cref="Prepare"/> and <see cref="Preflight"/> before recording, <see cref="Run"/> during the
/// capture, <see cref="Dispose"/> after it has stopped, so that no segment of the clean-up is captured.
/// </summary>
/// <remarks>Each script has its own thread. If a run ends early, a thread may stay blocked in a call until the clean-up.</remarks>
internal sealed class ExchangeRunner : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200); // the time that scripts outside a call get to stop

    private readonly IScenario _scenario;
    private readonly ExchangeRun _run;
    private ExceptionDispatchInfo? _failure;

    public ExchangeRunner(IScenario scenario, ExchangeOptions options, CallLog log, WireWatch wire)
    {
        _scenario = scenario;
        Options = scenario.Adapt(options);
        _run = new ExchangeRun(Options, log, wire, () => SampleNow?.Invoke());
    }

    /// <summary>The effective options: the scenario may replace the requested address.</summary>
    public ExchangeOptions Options { get; }
    public Endpoint Server => Endpoint.From(Options.Address, Options.Port);

    /// <summary>Called on a script's thread when an extra sample is useful: after listen, connect and accept, and at the end.</summary>
    public Action? SampleNow { get; init; }

    /// <summary>Waits that timed out, one sentence each.</summary>
    public IReadOnlyList<string> Notes => _run.Wire.Notes;

    /// <summary>Changes the calling thread's network namespace as the scenario needs it.</summary>
    public void Prepare()
    {
        if (!Options.IsPrivateNamespace)
        {
            if (!_scenario.NeedsPrivateNamespaceFor(Options)) return;
            throw new ExchangeException(
                $"{_scenario.Name} changes routes or settings, so it needs its own network namespace.",
                remedy: Remedy.UsePrivateNamespace);
        }

        var network = new PrivateNamespace();
        network.Ip("link set lo up");
        if (_scenario.NeedsPrivateNamespaceFor(Options)) _scenario.Prepare(network, Options);
    }

    public void Preflight() => ExchangePreflight.Check(_scenario, Options);

    /// <summary>Runs the scripts until they end, the duration is over or the run is cancelled.</summary>
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

            SampleNow?.Invoke();
        }
        finally
        {
            _run.EndProcesses();
        }

        _failure?.Throw();
    }

    /// <summary>Closes all open sockets without logging it. Call it after the capture has stopped.</summary>
    public void Dispose() => _run.Dispose();

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
            // The run was stopped, or the other script failed: an error of an interrupted call has no meaning.
            return;
        }
        catch (Exception error)
        {
            var failure = error is SocketCallException call ? ExchangeAdvice.Explain(side, call, Options) : error;
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            _run.Stop();
        }
        finally
        {
            _run.Baton.Leave(side);
        }
    }
}
