using System.Collections.Concurrent;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>The processes and threads of the observed programs, as the kernel reports them being made and ending.</summary>
/// <param name="launcher">The thread whose children are programs.</param>
internal sealed class ProgramTree(int launcher)
{
    /// <summary>Processes that have ended are remembered, but a program that makes millions of them must not fill the memory.</summary>
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

    /// <summary>The threads that run.</summary>
    public IReadOnlyCollection<ProgramThread> Threads => _threads.Values;

    /// <summary>The processes, those that have ended included. May be asked by any thread.</summary>
    public IReadOnlyCollection<ProgramProcess> Processes => [.. _known.Values];

    /// <summary>True if a process, or a thread, is or was one of theirs. May be asked by any thread.</summary>
    public bool Owns(int task) => _tasks.ContainsKey(task);

    /// <summary>The name of a process that is or was one of theirs, else null. May be asked by any thread.</summary>
    public string? NameOf(int process) => _known.TryGetValue(process, out var facts) ? facts.Name : null;

    /// <summary>What the launcher makes from a time on is of this role. Called by the thread that starts it.</summary>
    public void Begin(Side role, Timestamp time)
    {
        lock (_startsGate) _starts.Add((time, role));
    }

    /// <summary>The thread of this number; null if it is nobody's.</summary>
    public ProgramThread? Find(int thread) => _threads.GetValueOrDefault(thread);

    /// <summary>A thread or a process is made.</summary>
    public void Add(in CallRecord newTask)
    {
        var (child, flags) = ((int)newTask.A, newTask.B);
        var name = newTask.Text ?? "";
        if (newTask.Thread == launcher)
        {
            // A thread of the launcher's own is this process's.
            if ((flags & CloneThread) == 0)
                AddProcess(child, new ProgramProcess(child, Environment.ProcessId, name, RoleAt(newTask.Time)), new DescriptorTable());
            return;
        }

        if (!_threads.TryGetValue(newTask.Thread, out var parent)) return;
        var descriptors = parent.Descriptors;
        if ((flags & CloneFiles) != 0) descriptors.Users++;
        else descriptors = descriptors.Copy();
        if ((flags & CloneThread) != 0) AddThread(child, parent.Process, descriptors);
        else AddProcess(child, parent.Process.Facts with { Id = child, Parent = parent.Process.Facts.Id, Name = name }, descriptors);
    }

    /// <summary>A process runs another program: what was one of its threads is its only one, with descriptors of its own.</summary>
    /// <returns>That thread; null if it is nobody's.</returns>
    public ProgramThread? Execute(in CallRecord execute)
    {
        var before = (int)execute.A;
        if (!_threads.Remove(before, out var thread)) return null;
        var process = thread.Process;
        var id = process.Facts.Id;
        // A thread that is not the first takes the first one's number, whose own end is not reported then.
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
        process.Signal = null; // the other threads were ended by one
        _known[id] = process.Facts;
        return _threads[id] = new ProgramThread(id, process, descriptors)
        {
            Entered = thread.Entered,
            EnteredId = thread.EnteredId,
            Closing = thread.Closing,
        };
    }

    /// <summary>A thread ends.</summary>
    /// <returns>The thread; null if it is nobody's.</returns>
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
            var role = Side.Client;
            foreach (var start in _starts)
            {
                if (start.Begin <= time) role = start.Role;
            }

            return role;
        }
    }
}
