using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Finds the process of a thread in the trace.</summary>
/// <remarks>
/// The trace has thread numbers of the initial PID namespace, which /proc shows only outside of containers. For threads that
/// /proc does not show, the kernel has a small table of names (<c>saved_cmdlines</c>).
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class TraceProcesses(string tracefs)
{
    private const int MaxKnown = 4096;
    private const long NanosecondsKnown = 1_000_000_000; // afterwards the thread number may be reused
    private const string InitialNamespace = "pid:[4026531836]"; // PROC_PID_INIT_INO
    private const long MillisecondsBetweenReads = 10; // the kernel needs 1 ms to write the table of names

    private readonly Dictionary<int, (int? Process, string? Name, Timestamp Asked, bool IsOwn)> _known = [];
    private string[] _saved = [];
    private long _savedAt = -MillisecondsBetweenReads;

    /// <summary>True if /proc has the thread numbers of the trace.</summary>
    public bool SeesAll { get; } = IsInitialNamespace();

    public KernelEvent Name(KernelEvent trace)
    {
        var thread = trace.ThreadId;
        if (thread <= 0) return trace with { ProcessId = 0, ProcessName = "swapper" };

        // A forked child has its parent's name until its exec(2). An event in an interrupt can read that name, so the first call
        // of the child reads the name again.
        var isOwn = trace is { OldState: TcpState.Closed, NewState: TcpState.SynSent or TcpState.Listen };
        if (!_known.TryGetValue(thread, out var found) || trace.Time - found.Asked > NanosecondsKnown || (isOwn && !found.IsOwn))
        {
            if (_known.Count >= MaxKnown) _known.Clear();
            var (process, name) = Ask(thread);
            found = (process, name, trace.Time, isOwn);
            if (name is not null) _known[thread] = found;
        }

        return trace with { ProcessId = found.Process, ProcessName = found.Name };
    }

    /// <summary>Parses name and process in the lines of /proc/TID/status.</summary>
    internal static (int? Process, string? Name) ParseStatus(IEnumerable<string> lines)
    {
        string? name = null;
        foreach (var line in lines)
        {
            if (name is null && line.StartsWith("Name:\t", StringComparison.Ordinal)) name = line["Name:\t".Length..];
            if (!line.StartsWith("Tgid:", StringComparison.Ordinal)) continue;
            return int.TryParse(line.AsSpan("Tgid:".Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var id)
                ? (id, name) : (null, name);
        }

        return (null, name);
    }

    /// <summary>Finds a thread's name in lines of number and name; null if it is missing.</summary>
    internal static string? FindSaved(IEnumerable<string> lines, int thread)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{thread} ");
        return lines.FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }

    private static bool IsInitialNamespace() =>
        new FileInfo("/proc/self/ns/pid").LinkTarget is { } target && target.EndsWith(InitialNamespace, StringComparison.Ordinal);

    private (int? Process, string? Name) Ask(int thread)
    {
        try
        {
            if (SeesAll) return ParseStatus(File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/status")));
        }
        catch (IOException)
        {
            // The thread has ended; the kernel's table may still have its name.
        }

        return (null, FindSaved(_saved, thread) ?? (ReadSaved() ? FindSaved(_saved, thread) : null));
    }

    /// <summary>Reads the table of names, but not too often: a server with a thread per connection has thousands of threads.</summary>
    private bool ReadSaved()
    {
        var now = Environment.TickCount64;
        if (now - _savedAt < MillisecondsBetweenReads) return false;
        _savedAt = now;
        try
        {
            _saved = File.ReadAllLines(tracefs + "/saved_cmdlines");
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
