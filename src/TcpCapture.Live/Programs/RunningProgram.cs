using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Programs;

/// <summary>
/// A program that was started here, with this process's own terminal: its output is not touched, and being in the same
/// process group it gets from the terminal what this process gets (Ctrl-C, Ctrl-Z).
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;

    private RunningProgram(Process process, ProgramCommand command)
    {
        _process = process;
        Command = command;
        Entry = ProcessTree.Find(process.Id) ?? new ProcessEntry(process.Id, Environment.ProcessId, true, 0);
    }

    public ProgramCommand Command { get; }

    /// <summary>Its identity.</summary>
    public ProcessEntry Entry { get; }

    public int Id => Entry.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>As a shell has it: 128 and the signal's number if a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>How it ended, for people: <c>ended with exit code 1</c>, <c>was killed by signal 9</c>.</summary>
    public string Ending => ExitCode > 128 ? $"was ended by signal {ExitCode - 128}" : $"ended with exit code {ExitCode}";

    /// <summary>Starts it.</summary>
    /// <param name="command">What.</param>
    /// <param name="file">Its file, as <see cref="ProgramFile.Find"/> found it.</param>
    /// <exception cref="TcpCaptureException">The system refuses to execute it.</exception>
    public static RunningProgram Start(ProgramCommand command, string file) => Start(command, file, new ProcessStartInfo(file, command.Arguments));

    /// <summary>
    /// Starts it beside another program whose streams are this process's: it finds its input empty, and what it prints goes
    /// to standard error. A shell arranges that and then becomes the program.
    /// </summary>
    /// <inheritdoc cref="Start(ProgramCommand, string)"/>
    public static RunningProgram StartBeside(ProgramCommand command, string file) =>
        Start(command, file, new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" </dev/null >&2", file, .. command.Arguments]));

    /// <summary>Waits for its end.</summary>
    /// <param name="timeout">How long; null: until it ends.</param>
    /// <returns>False if the time ran out.</returns>
    public bool WaitForEnd(TimeSpan? timeout = null)
    {
        if (timeout is { } limit) return _process.WaitForExit(limit);
        _process.WaitForExit();
        return true;
    }

    public void Dispose() => _process.Dispose();

    private static RunningProgram Start(ProgramCommand command, string file, ProcessStartInfo start)
    {
        try
        {
            return new RunningProgram(Process.Start(start)!, command);
        }
        catch (Win32Exception error)
        {
            const int formatError = 8; // ENOEXEC
            var advice = error.NativeErrorCode == formatError
                ? "it is no program for this machine, or a script without a '#!' line: name its interpreter before it."
                : $"{error.Message.TrimEnd('.')}.";
            throw new ProgramException($"{file} cannot be executed: {advice}", error);
        }
    }
}
