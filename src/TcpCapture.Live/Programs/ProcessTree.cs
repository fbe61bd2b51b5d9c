using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Programs;

/// <summary>
/// Reads parents and children of processes from /proc. This process adopts orphans
/// (<see cref="LinuxProcess.AdoptOrphans"/>), so every running descendant has it as an ancestor.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ProcessTree
{
    private const int MaxDepth = 256;

    /// <summary>True if a process descends from this one; null if unknown because it has ended.</summary>
    public static bool? IsDescendant(int process)
    {
        var id = process;
        for (var i = 0; i < MaxDepth; i++)
        {
            if (id == Environment.ProcessId) return i > 0;
            if (id <= 1) return false;
            if (ProcessEntry.Read(id) is not { } entry) return null;
            id = entry.Parent;
        }

        return false;
    }

    /// <summary>The running processes among the roots and their descendants. A reused process number is not a root.</summary>
    public static IReadOnlyList<ProcessEntry> Subtree(IReadOnlyCollection<ProcessEntry> roots)
    {
        var all = ReadAll();
        var children = all.ToLookup(entry => entry.Parent);
        var found = new Dictionary<int, ProcessEntry>();
        var open = new Stack<ProcessEntry>(all.Where(entry => roots.Any(root => root.Id == entry.Id && root.Start == entry.Start)));
        while (open.TryPop(out var entry))
        {
            if (!found.TryAdd(entry.Id, entry)) continue;
            foreach (var child in children[entry.Id]) open.Push(child);
        }

        return [.. found.Values.Where(entry => !entry.HasEnded)];
    }

    /// <summary>The running descendants of this process. Reaps adopted orphans that have ended.</summary>
    /// <param name="started">The processes that this process started and waits for itself.</param>
    public static IReadOnlyList<ProcessEntry> Descendants(IReadOnlyCollection<int> started)
    {
        if (ProcessEntry.Read(Environment.ProcessId) is not { } self) return [];
        foreach (var entry in ReadAll())
            if (entry.HasEnded && entry.Parent == self.Id && !started.Contains(entry.Id)) LinuxProcess.Reap(entry.Id);
        return [.. Subtree([self]).Where(entry => entry.Id != self.Id)];
    }

    private static List<ProcessEntry> ReadAll()
    {
        var entries = new List<ProcessEntry>();
        foreach (var process in LinuxProcess.All())
            if (ProcessEntry.Read(process) is { } entry) entries.Add(entry);
        return entries;
    }
}
