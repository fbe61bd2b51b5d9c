using System.Runtime.InteropServices;

namespace TcpCapture.Cli.Terminal;

/// <summary>Handles Ctrl-C and SIGTERM: the first ends the recording and keeps it, the second aborts.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    public CancellationToken Token => _source.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken GivingUp => _givingUp.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
        _givingUp.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested) _givingUp.Cancel();
        else _source.Cancel();
    }
}
