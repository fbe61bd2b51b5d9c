namespace TcpCapture.Live.Programs;

/// <summary>Tells whether a process, or a thread, belongs to the programs that were started here.</summary>
internal interface IProgramProcesses
{
    /// <summary>True or false where it can be told now; null where it cannot (yet): the process has ended, say.</summary>
    bool? IsOurs(int task);

    /// <summary>What is known at the end, when all that was recorded of processes has arrived; null where nothing is.</summary>
    bool? WasOurs(int task);

    /// <summary>The name of a process of the programs, also after its end; null where it is not known.</summary>
    string? NameOf(int process);
}
