using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Programs;

/// <summary>Ends a program that was started here, with what it started in turn, and nobody else.</summary>
[SupportedOSPlatform("linux")]
internal static class ProgramStop
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks its processes to end (SIGTERM), and ends them (SIGKILL) if they take too long.</summary>
    /// <param name="program">The program.</param>
    /// <param name="known">Processes known to be its, besides its descendants now: orphans have lost their way up to it.</param>
    /// <param name="patience">How long they may take.</param>
    /// <param name="hurry">Ends the patience.</param>
    /// <returns>True if they ended when asked.</returns>
    public static bool Stop(RunningProgram program, IReadOnlyCollection<ProcessEntry> known, TimeSpan patience, CancellationToken hurry)
    {
        IReadOnlyCollection<ProcessEntry> roots = [program.Entry, .. known];
        var asked = ProcessTree.Subtree(roots);
        roots = [.. roots, .. asked];
        foreach (var process in asked) Signals.Send(process.Id, PosixSignal.SIGTERM);
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (ProcessTree.Subtree(roots) is { Count: > 0 } left)
        {
            if (Environment.TickCount64 < until && !hurry.IsCancellationRequested)
            {
                Wait(program, hurry);
                continue;
            }

            foreach (var process in left) Signals.Kill(process.Id);
            // SIGKILL ends all that run; one that hangs in the kernel is not waited for.
            until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            while (ProcessTree.Subtree(roots).Count > 0 && Environment.TickCount64 < until) Wait(program, CancellationToken.None);
            return false;
        }

        return true;
    }

    private static void Wait(RunningProgram program, CancellationToken hurry)
    {
        if (!program.HasEnded) program.WaitForEnd(Beat);
        else hurry.WaitHandle.WaitOne(Beat);
    }
}
