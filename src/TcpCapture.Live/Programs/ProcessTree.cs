using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Programs;

/// <summary>
/// Who descends from whom, asked of /proc. Orphans are ours again (<see cref="LinuxProcess.AdoptOrphans"/>), so that
/// the way up from a descendant always leads here; what has ended has no way up any more.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ProcessTree
{
    private const int LongestWayUp = 256;

    /// <summary>A process; null if there is none of that number.</summary>
    public static ProcessEntry? Find(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return ProcessEntry.TryParse(text, out var entry) ? entry : null;
        }
        catch (IOException)
        {
            return null; // it has ended
        }
        catch (UnauthorizedAccessException)
        {
            return null; // hidepid: it is somebody else's
        }
    }

    /// <summary>Whether a process descends from this one; null if it has ended, so that nobody can tell.</summary>
    public static bool? IsDescendant(int process)
    {
        var id = process;
        for (var i = 0; i < LongestWayUp; i++)
        {
            if (id == Environment.ProcessId) return i > 0;
            if (id <= 1) return false;
            if (Find(id) is not { } entry) return null;
            id = entry.Parent;
        }

        return false;
    }

    /// <summary>The living processes among these and all that descend from them; of an identity given again, neither.</summary>
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

    /// <summary>All living processes that descend from this one. Orphans that have ended are let go.</summary>
    /// <param name="started">Those that this process has started itself, and waits for itself.</param>
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

/// <summary>A process as the kernel lists it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Parent">Its parent's number; 0 for the first.</param>
/// <param name="HasEnded">It has ended, and only its parent has not asked how.</param>
/// <param name="Start">When it began, in clock ticks since the machine did: with the number, an identity.</param>
internal readonly record struct ProcessEntry(int Id, int Parent, bool HasEnded, ulong Start)
{
    private const int StateAt = 0; // of the fields behind the name
    private const int ParentAt = 1;
    private const int StartAt = 19;

    /// <summary>Reads the text of /proc/PID/stat. The name in it is anybody's choice, parentheses and line breaks included.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProcessEntry entry)
    {
        entry = default;
        var nameAt = text.IndexOf(" (");
        var nameEnds = text.LastIndexOf(')');
        if (nameAt < 0 || nameEnds < nameAt || !int.TryParse(text[..nameAt], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
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
