using System.Runtime.InteropServices;
using TcpCapture.Live;

namespace TcpCapture.Cli.Terminal;

/// <summary>Passes signals to the running programs; a second Ctrl-C kills them.</summary>
internal sealed class ProgramSignals : IDisposable
{
    private static readonly PosixSignal[] Passed = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    private readonly ProgramRun _run;
    private readonly PosixSignalRegistration[] _registrations;
    private readonly CancellationTokenSource _killed = new();
    private int _interrupts;

    public ProgramSignals(ProgramRun run)
    {
        _run = run;
        _registrations = [.. Passed.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
    }

    /// <summary>Cancelled by the second Ctrl-C.</summary>
    public CancellationToken Killed => _killed.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _killed.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGINT && Interlocked.Increment(ref _interrupts) > 1) _killed.Cancel();
        else _run.Pass(context.Signal, hasReachedPrograms: TerminalSignals.HasReachedPrograms(context.Signal));
    }
}
