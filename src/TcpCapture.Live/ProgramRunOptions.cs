using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>Which programs to run, and for how long.</summary>
public sealed record ProgramRunOptions
{
    /// <summary>The client: the recording ends soon after it.</summary>
    public required ProgramCommand Client { get; init; }

    /// <summary>The server, started before the client and stopped after it; null: there is one elsewhere, or none is needed.</summary>
    public ProgramCommand? Server { get; init; }

    /// <summary>The TCP port that is observed, 1 to 65535; null: whatever the programs open.</summary>
    public ushort? Port { get; init; }

    /// <summary>How long the server may take to listen.</summary>
    public TimeSpan ServerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a program may take to end once it is asked to (SIGTERM), before it is ended (SIGKILL).</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Wait until the server ends by itself instead of stopping it after the client.</summary>
    public bool UntilServer { get; init; }

    /// <summary>How long connections that are closing are followed once the programs have ended.</summary>
    public TimeSpan ClosingTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Ask the client to end after this long; null: it ends by itself.</summary>
    public TimeSpan? Duration { get; init; }
}

/// <summary>How a run of programs ended.</summary>
/// <param name="Folder">The folder, with its raw recording, to be exported next.</param>
/// <param name="ExitCode">The client's exit code; 128 and the signal's number if a signal ended it.</param>
/// <param name="End">How the recording ended, and what was left out of it.</param>
public sealed record ProgramRunResult(OutputFolder Folder, int ExitCode, RecordingEnd End);
