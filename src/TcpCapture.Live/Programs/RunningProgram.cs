using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Programs;

/// <summary>
/// A started program. It shares this process's terminal and process group, so its output is unchanged and it receives
/// Ctrl-C and Ctrl-Z from the terminal.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class RunningProgram(Process process) : IDisposable
{
    public ProcessEntry Entry { get; } = ProcessEntry.Read(process.Id) ?? new ProcessEntry(process.Id, Environment.ProcessId, true, 0);
    public int Id => Entry.Id;
    public bool HasEnded => process.HasExited;

    /// <summary>The exit code, as in a shell: 128 plus the signal's number if a signal ended the program.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>The end as a clause: <c>ended with exit code 1</c>, <c>was ended by signal 9</c>.</summary>
    public string Ending => ExitCode > 128 ? $"was ended by signal {ExitCode - 128}" : $"ended with exit code {ExitCode}";

    /// <summary>Starts the file that <see cref="ProgramFile.Find"/> has found for a command.</summary>
    public static RunningProgram Start(ProgramCommand command, string file) =>
        Start(file, new ProcessStartInfo(file, command.Arguments));

    /// <summary>Starts a program with empty input and its output on standard error; a shell redirects them, then executes it.</summary>
    public static RunningProgram StartBeside(ProgramCommand command, string file) =>
        Start(file, new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" </dev/null >&2", file, .. command.Arguments]));

    public bool WaitForEnd(TimeSpan? timeout = null)
    {
        if (timeout is { } limit) return process.WaitForExit(limit);
        process.WaitForExit();
        return true;
    }

    public void Dispose() => process.Dispose();

    private static RunningProgram Start(string file, ProcessStartInfo start)
    {
        try
        {
            return new RunningProgram(Process.Start(start)!);
        }
        catch (Win32Exception error)
        {
            const int formatError = 8; // ENOEXEC
            var advice = error.NativeErrorCode == formatError
                ? "it is not a program for this machine, or it is a script without a '#!' line. Put the interpreter before it."
                : $"{error.Message.TrimEnd('.')}.";
            throw new ProgramException($"{file} cannot be executed: {advice}", error);
        }
    }
}
