using System.Globalization;
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

    /// <summary>Reads a process; null if it does not exist or is hidden.</summary>
    public static ProcessEntry? Find(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return ProcessEntry.TryParse(text, out var entry) ? entry : null;
        }
        catch (IOException)
        {
            return null; // the process has ended
        }
        catch (UnauthorizedAccessException)
        {
            return null; // hidepid: another user's process
        }
    }

    /// <summary>True if a process descends from this one; null if unknown because it has ended.</summary>
    public static bool? IsDescendant(int process)
    {
        var id = process;
        for (var i = 0; i < MaxDepth; i++)
        {
            if (id == Environment.ProcessId) return i > 0;
            if (id <= 1) return false;
            if (Find(id) is not { } entry) return null;
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
        if (Find(Environment.ProcessId) is not { } self) return [];
        foreach (var entry in ReadAll())
            if (entry.HasEnded && entry.Parent == self.Id && !started.Contains(entry.Id)) LinuxProcess.Reap(entry.Id);
        return [.. Subtree([self]).Where(entry => entry.Id != self.Id)];
    }

    private static List<ProcessEntry> ReadAll()
    {
        var entries = new List<ProcessEntry>();
        foreach (var process in LinuxProcess.All())
            if (Find(process) is { } entry) entries.Add(entry);
        return entries;
    }
}

/// <summary>An entry of /proc.</summary>
/// <param name="Id">The process number.</param>
/// <param name="Parent">The parent's number; 0 if it has no parent.</param>
/// <param name="HasEnded">True for a zombie.</param>
/// <param name="Start">The start time in clock ticks since boot; identifies the process together with the number.</param>
internal readonly record struct ProcessEntry(int Id, int Parent, bool HasEnded, ulong Start)
{
    private const int StateAt = 0; // index among the fields after the name
    private const int ParentAt = 1;
    private const int StartAt = 19;

    /// <summary>Parses /proc/PID/stat. The process name in it may contain any characters, even parentheses and line breaks.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProcessEntry entry)
    {
        entry = default;
        var nameAt = text.IndexOf(" (");
        var nameEnds = text.LastIndexOf(')');
        if (nameAt < 0 || nameEnds < nameAt) return false;
        if (!int.TryParse(text[..nameAt], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
        var rest = text[(nameEnds + 1)..].Trim();
        var (index, parent, start, hasEnded) = (0, -1, 0ul, false);
        foreach (var range in rest.Split(' '))
        {
            var field = rest[range];
            if (index == StateAt) hasEnded = field is "Z" or "X";
            if (index == ParentAt && !int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out parent)) return false;
            if (index == StartAt)
            {
                if (!ulong.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out start)) return false;
                entry = new ProcessEntry(id, parent, hasEnded, start);
                return true;
            }

            index++;
        }

        return false;
    }
}
