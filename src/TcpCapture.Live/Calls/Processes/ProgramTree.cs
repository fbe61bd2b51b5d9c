using System.Collections.Concurrent;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>The processes and threads of the programs: the children of one launching thread, and their descendants.</summary>
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

    public IReadOnlyCollection<ProgramThread> Threads => _threads.Values;

    /// <summary>All processes, including ended ones. Safe to read from any thread.</summary>
    public IReadOnlyCollection<ProgramProcess> Processes => [.. _known.Values];

    /// <summary>True if the process or thread is or was part of a program. Safe to call from any thread.</summary>
    public bool Owns(int task) => _tasks.ContainsKey(task);

    /// <summary>The name of a process that is or was part of a program; else null. Safe to call from any thread.</summary>
    public string? NameOf(int process) => _known.TryGetValue(process, out var facts) ? facts.Name : null;

    /// <summary>Sets the role of all children that the launcher creates from <paramref name="time"/> on.</summary>
    public void Begin(Side role, Timestamp time)
    {
        lock (_startsGate) _starts.Add((time, role));
    }

    public ProgramThread? Find(int thread) => _threads.GetValueOrDefault(thread);

    public void Add(in CallRecord newTask)
    {
        var (child, flags, name) = ((int)newTask.A, newTask.B, newTask.Text ?? "");
        if (newTask.Thread == launcher)
        {
            // A thread of the launcher belongs to this process, not to a program.
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

    /// <summary>Applies execve: the calling thread stays, with its own descriptor table. Null if it is not in a program.</summary>
    public ProgramThread? Execute(in CallRecord execute)
    {
        var before = (int)execute.A;
        if (!_threads.Remove(before, out var thread)) return null;
        var process = thread.Process;
        var id = process.Facts.Id;
        // A thread that calls execve takes over the ID of the first thread, the end of which is not reported.
        if (id != before) Remove(id);
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

    public void Remove(int id)
    {
        if (_threads.Remove(id, out var thread)) thread.Descriptors.Users--;
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

/// <summary>A process of a program. Its name has at most 15 characters; its role is the one of the program.</summary>
internal sealed record ProgramProcess(int Id, string Name, Side Role);
