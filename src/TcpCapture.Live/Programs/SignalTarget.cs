using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Programs;

/// <summary>The program that is waited for: it receives signals, and it is killed when the run is cancelled.</summary>
internal sealed class SignalTarget
{
    private readonly Lock _gate = new();
    private RunningProgram? _program;
    private bool _isKilled;

    /// <summary>Sets the program; if the run was cancelled while it started, kills it.</summary>
    [SupportedOSPlatform("linux")]
    public void Set(RunningProgram program)
    {
        lock (_gate)
        {
            _program = program;
            if (_isKilled) Kill(program);
        }
    }

    public void Clear()
    {
        lock (_gate) _program = null;
    }

    /// <summary>Sends a signal to the running program, unless it has the signal already. False if no program runs.</summary>
    [SupportedOSPlatform("linux")]
    public bool Send(PosixSignal signal, bool hasReachedPrograms)
    {
        lock (_gate)
        {
            if (_program is not { HasEnded: false } program) return false;
            if (!hasReachedPrograms) Signals.Send(program.Id, signal);
            return true;
        }
    }

    /// <summary>Kills the running program with all that it started, or the next one that is set.</summary>
    [SupportedOSPlatform("linux")]
    public void Kill()
    {
        lock (_gate)
        {
            _isKilled = true;
            if (_program is { HasEnded: false } program) Kill(program);
        }
    }

    [SupportedOSPlatform("linux")]
    private static void Kill(RunningProgram program)
    {
        foreach (var process in ProcessTree.Subtree([program.Entry])) Signals.Kill(process.Id);
    }
}
