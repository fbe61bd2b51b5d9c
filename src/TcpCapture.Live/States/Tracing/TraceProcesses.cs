using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>
/// Tells which process a thread of the trace belongs to. The trace has the machine's own numbers, which /proc has only
/// outside of containers; the kernel's short memory of names (<c>saved_cmdlines</c>) helps where a thread has ended.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class TraceProcesses(string tracefs)
{
    private const int MaxKnown = 4096;
    private const long NanosecondsKnown = 1_000_000_000; // then the number may have been given again
    private const string InitialNamespace = "pid:[4026531836]"; // PROC_PID_INIT_INO

    /// <summary>The kernel puts its memory of names together anew for each reader, line by line, which takes it a millisecond.</summary>
    private const long MillisecondsBetweenReads = 10;

    private readonly Dictionary<int, (int? Process, string? Name, Timestamp Asked, bool IsOwn)> _known = [];

    private string[] _saved = [];
    private long _savedAt = -MillisecondsBetweenReads;

    /// <summary>True if the numbers of the trace are those of /proc.</summary>
    public bool SeesAll { get; } = IsInitialNamespace();

    /// <summary>The event with its process.</summary>
    public KernelEvent Name(KernelEvent trace)
    {
        var thread = trace.ThreadId;
        if (thread <= 0) return trace with { ProcessId = 0, ProcessName = "swapper" };

        // A child that was forked has its parent's name until it executes its program. It may be interrupted by others' packets by
        // then, whose events name it; so what was learnt by those is asked again at the first call that is its own.
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

    /// <summary>Reads name and process from the text of /proc/TID/status.</summary>
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

    /// <summary>Finds a thread's name in lines of number and name; null if it is not there.</summary>
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
            // It has ended; what the kernel remembers of it is all there is.
        }

        return (null, FindSaved(_saved, thread) ?? (ReadSaved() ? FindSaved(_saved, thread) : null));
    }

    /// <summary>Reads the names anew, unless that was a moment ago: where each connection has a thread of its own, thousands ask.</summary>
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
