using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Programs;

/// <summary>Stops a program and its descendants.</summary>
[SupportedOSPlatform("linux")]
internal static class ProgramStop
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Sends SIGTERM to all processes of a program, and SIGKILL to those that run after the timeout.</summary>
    /// <remarks>The known processes of the program are stopped too: orphans are no longer its descendants.</remarks>
    /// <returns>True if all ended without SIGKILL.</returns>
    public static bool Stop(RunningProgram program, IReadOnlyCollection<ProcessEntry> known, TimeSpan timeout, CancellationToken hurry)
    {
        IReadOnlyCollection<ProcessEntry> roots = [program.Entry, .. known];
        var asked = ProcessTree.Subtree(roots);
        roots = [.. roots, .. asked];
        foreach (var process in asked) Signals.Send(process.Id, PosixSignal.SIGTERM);
        var until = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (ProcessTree.Subtree(roots) is { Count: > 0 } left)
        {
            if (Environment.TickCount64 < until && !hurry.IsCancellationRequested)
            {
                Wait(program, hurry);
                continue;
            }

            foreach (var process in left) Signals.Kill(process.Id);
            // A process that hangs in the kernel survives SIGKILL, so this wait has a timeout, too.
            until = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
            while (ProcessTree.Subtree(roots).Count > 0 && Environment.TickCount64 < until) Wait(program, CancellationToken.None);
            return false;
        }

        return true;
    }

    private static void Wait(RunningProgram program, CancellationToken hurry)
    {
        if (!program.HasEnded) program.WaitForEnd(PollInterval);
        else hurry.WaitHandle.WaitOne(PollInterval);
    }
}
