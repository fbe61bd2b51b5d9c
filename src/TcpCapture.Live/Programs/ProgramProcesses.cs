using System.Collections.Concurrent;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Programs;

/// <summary>
/// Whether a process is one of the programs: by the trace of their calls, which sees each begin, if there is one; else by its
/// way up in /proc, while it lives.
/// </summary>
/// <param name="isTraced">Asks the trace whether a process is one of theirs; null: there is none.</param>
/// <param name="nameOf">Asks it for a process's name.</param>
[SupportedOSPlatform("linux")]
internal sealed class ProgramProcesses(Func<int, bool?>? isTraced, Func<int, string?>? nameOf) : IProgramProcesses
{
    private const int MostKnown = 65_536;
    private const long MillisecondsKnown = 1000; // then the number may have been given again

    private readonly ConcurrentDictionary<int, bool> _started = new();
    private readonly ConcurrentDictionary<int, (bool IsOurs, long Asked)> _known = new();

    /// <summary>One that was started here: it is known also once it has ended.</summary>
    public void Add(int processId) => _started[processId] = true;

    public bool? IsOurs(int task)
    {
        if (_started.ContainsKey(task) || isTraced?.Invoke(task) == true) return true;
        var now = Environment.TickCount64;
        if (_known.TryGetValue(task, out var known) && now - known.Asked < MillisecondsKnown) return known.IsOurs;
        if (ProcessTree.IsDescendant(task) is not { } isOurs) return null;
        if (_known.Count >= MostKnown) _known.Clear();
        _known[task] = (isOurs, now);
        return isOurs;
    }

    public bool? WasOurs(int task) => _started.ContainsKey(task) ? true : isTraced?.Invoke(task);

    public string? NameOf(int process) => nameOf?.Invoke(process);
}

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
