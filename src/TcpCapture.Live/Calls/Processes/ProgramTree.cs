using System.Collections.Concurrent;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>The processes and threads of the programs, maintained from the kernel's task events.</summary>
/// <param name="launcher">The thread whose children are programs.</param>
internal sealed class ProgramTree(int launcher)
{
    /// <summary>Ended processes are remembered up to this limit, because a program may create millions of them.</summary>
    private const int MaxRemembered = 65_536;

    private const int MaxName = 15; // TASK_COMM_LEN
    private const long CloneThread = 0x10000;
    private const long CloneFiles = 0x400;

    private readonly Dictionary<int, ProgramThread> _threads = [];
    private readonly ConcurrentDictionary<int, ProgramProcess> _known = [];
    private readonly Queue<int> _remembered = new();
    private readonly ConcurrentDictionary<int, bool> _tasks = [];
    private readonly Queue<int> _rememberedTasks = new();
    private readonly List<(Timestamp Begin, Side Role)> _starts = [];
    private readonly Lock _startsGate = new();

    /// <summary>The threads that have not ended.</summary>
    public IReadOnlyCollection<ProgramThread> Threads => _threads.Values;

    /// <summary>All processes, including ended ones. Safe to read from any thread.</summary>
    public IReadOnlyCollection<ProgramProcess> Processes => [.. _known.Values];

    /// <summary>True if the process or thread is or was part of a program. Safe to call from any thread.</summary>
    public bool Owns(int task) => _tasks.ContainsKey(task);

    /// <summary>
    /// The name of a process that is or was part of a program; null for any other. Safe to call from any thread.
    /// </summary>
    public string? NameOf(int process) => _known.TryGetValue(process, out var facts) ? facts.Name : null;

    /// <summary>
    /// Children that the launcher creates from <paramref name="time"/> on have this role. Called on the starting
    /// thread.
    /// </summary>
    public void Begin(Side role, Timestamp time)
    {
        lock (_startsGate) _starts.Add((time, role));
    }

    /// <summary>The thread with this ID; null if it is not part of a program.</summary>
    public ProgramThread? Find(int thread) => _threads.GetValueOrDefault(thread);

    /// <summary>Adds the new thread or process.</summary>
    public void Add(in CallRecord newTask)
    {
        var (child, flags) = ((int)newTask.A, newTask.B);
        var name = newTask.Text ?? "";
        if (newTask.Thread == launcher)
        {
            // A new thread, rather than a child, belongs to this process.
            if ((flags & CloneThread) == 0)
                AddProcess(child, new ProgramProcess(child, name, RoleAt(newTask.Time)), new DescriptorTable());
            return;
        }

        if (!_threads.TryGetValue(newTask.Thread, out var parent)) return;
        var descriptors = parent.Descriptors;
        if ((flags & CloneFiles) != 0) descriptors.Users++;
        else descriptors = descriptors.Copy();
        if ((flags & CloneThread) != 0) AddThread(child, parent.Process, descriptors);
        else AddProcess(child, parent.Process.Facts with { Id = child, Name = name }, descriptors);
    }

    /// <summary>Replaces the program of a process: only the calling thread stays, with its own descriptor table.</summary>
    /// <returns>That thread; null if it is not part of a program.</returns>
    public ProgramThread? Execute(in CallRecord execute)
    {
        var before = (int)execute.A;
        if (!_threads.Remove(before, out var thread)) return null;
        var process = thread.Process;
        var id = process.Facts.Id;
        // If another thread than the first calls execve, it takes over the ID of the first. The end of the first is not
        // reported.
        if (id != before && _threads.Remove(id, out var first))
        {
            process.Threads--;
            first.Descriptors.Users--;
        }

        var descriptors = thread.Descriptors;
        if (descriptors.Users > 1)
        {
            descriptors.Users--;
            descriptors = descriptors.Copy();
        }

        process.Facts = process.Facts with { Name = NameOf(execute.Text ?? "") };
        process.Signal = null; // execve ended the other threads by SIGKILL
        _known[id] = process.Facts;
        return _threads[id] = new ProgramThread(id, process, descriptors)
        {
            Entered = thread.Entered,
            EnteredId = thread.EnteredId,
            Closing = thread.Closing,
        };
    }

    /// <summary>Removes an ended thread and returns it; null if it is not part of a program.</summary>
    public ProgramThread? Remove(int id)
    {
        if (!_threads.Remove(id, out var thread)) return null;
        thread.Process.Threads--;
        thread.Descriptors.Users--;
        return thread;
    }

    private static string NameOf(string file)
    {
        var name = file[(file.LastIndexOf('/') + 1)..];
        return name.Length > MaxName ? name[..MaxName] : name;
    }

    private void AddProcess(int id, ProgramProcess facts, DescriptorTable descriptors)
    {
        _known[id] = facts;
        _remembered.Enqueue(id);
        if (_remembered.Count > MaxRemembered) _known.TryRemove(_remembered.Dequeue(), out _);
        AddThread(id, new RunningProcess(facts), descriptors);
    }

    private void AddThread(int id, RunningProcess process, DescriptorTable descriptors)
    {
        process.Threads++;
        if (_tasks.TryAdd(id, true)) _rememberedTasks.Enqueue(id);
        if (_rememberedTasks.Count > MaxRemembered) _tasks.TryRemove(_rememberedTasks.Dequeue(), out _);
        _threads[id] = new ProgramThread(id, process, descriptors);
    }

    private Side RoleAt(Timestamp time)
    {
        lock (_startsGate)
        {
            var at = _starts.FindLastIndex(start => start.Begin <= time);
            return at < 0 ? Side.Client : _starts[at].Role;
        }
    }
}

/// <summary>
/// A process started under observation, or a descendant of one. The name has at most 15 characters, as in
/// <c>/proc/PID/comm</c>; the role is the one of its program.
/// </summary>
internal sealed record ProgramProcess(int Id, string Name, Side Role);
