using System.Collections.Concurrent;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Programs;

/// <summary>Decides by the trace of the programs' calls, if any, which sees every new process; else by ancestors in /proc.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProgramProcesses(Func<int, bool?>? isTraced, Func<int, string?>? nameOf) : IProgramProcesses
{
    private const int MaxKnown = 65_536;
    private const long MillisecondsKnown = 1000; // later, the number may have been reused

    private readonly ConcurrentDictionary<int, bool> _started = new();
    private readonly ConcurrentDictionary<int, (bool IsOurs, long Asked)> _known = new();

    /// <summary>Adds a process that this process has started; it stays known after its end.</summary>
    public void Add(int processId) => _started[processId] = true;

    public bool? IsOurs(int task)
    {
        if (_started.ContainsKey(task) || isTraced?.Invoke(task) == true) return true;
        var now = Environment.TickCount64;
        if (_known.TryGetValue(task, out var known) && now - known.Asked < MillisecondsKnown) return known.IsOurs;
        if (ProcessTree.IsDescendant(task) is not { } isOurs) return null;
        if (_known.Count >= MaxKnown) _known.Clear();
        _known[task] = (isOurs, now);
        return isOurs;
    }

    public bool? WasOurs(int task) => _started.ContainsKey(task) ? true : isTraced?.Invoke(task);
    public string? NameOf(int process) => nameOf?.Invoke(process);
}

/// <summary>Decides whether a process or thread belongs to the observed programs.</summary>
internal interface IProgramProcesses
{
    /// <summary>The answer now; null if it is unknown, for example because the process has ended.</summary>
    bool? IsOurs(int task);

    /// <summary>The answer at the end of the recording, when the trace is complete; null if it is unknown.</summary>
    bool? WasOurs(int task);

    /// <summary>The name of a process of the programs, even after its end; null if unknown.</summary>
    string? NameOf(int process);
}
