using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.Tracing;

/// <summary>A private instance of the kernel's tracing with its own buffers, events and clock; other tracing is not affected.</summary>
/// <remarks>The instance of a killed process remains, and the next start removes it.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class TraceInstance(string root, string path) : IDisposable
{
    private static readonly string[] Losses = ["overrun", "commit overrun", "dropped events"]; // lines of the stats file
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(1);
    private bool _removed;

    public string Path => path;

    /// <summary>The numbers of the CPUs with a buffer, in ascending order.</summary>
    public int[] Cpus
    {
        get
        {
            var cpus = new List<int>();
            foreach (var folder in Directory.EnumerateDirectories(Path + "/per_cpu", "cpu*"))
            {
                var number = System.IO.Path.GetFileName(folder.AsSpan())["cpu".Length..];
                if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var cpu)) cpus.Add(cpu);
            }

            cpus.Sort();
            return [.. cpus];
        }
    }

    /// <summary>Creates an instance and removes instances of ended processes.</summary>
    public static TraceInstance Create(string root)
    {
        RemoveStale(root);
        var start = ProcessEntry.Read(Environment.ProcessId)?.Start
            ?? throw new StateSourceException("/proc does not show this process: is it mounted?");
        var nonce = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var name = new TraceInstanceName(Environment.ProcessId, start, nonce);
        var folder = $"{root}/instances/{name}";
        Directory.CreateDirectory(folder);
        return new TraceInstance(root, folder);
    }

    /// <summary>Removes TcpCapture's instances of processes that have ended.</summary>
    /// <remarks>The kernel refuses to remove an instance that is read. This protects instances of other PID namespaces.</remarks>
    public static void RemoveStale(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root + "/instances"))
        {
            if (!TraceInstanceName.TryParse(System.IO.Path.GetFileName(folder), out var name)) continue;
            if (ProcessEntry.Read(name.ProcessId)?.Start != name.StartTime) TryRemove(folder);
        }
    }

    public string Read(string file) => File.ReadAllText($"{Path}/{file}");

    /// <summary>Writes a setting of the instance in one write(2), as the kernel requires.</summary>
    public void Write(string file, string value)
    {
        using var stream = new FileStream($"{Path}/{file}", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    /// <summary>Reads the format of a tracepoint; null if this kernel does not have the tracepoint.</summary>
    public TraceFormat? Describe(string group, string name)
    {
        var file = $"{root}/events/{group}/{name}/format";
        return File.Exists(file) ? TraceFormat.Parse(name, File.ReadAllText(file)) : null;
    }

    /// <summary>Events the kernel dropped on all CPUs because a buffer was full.</summary>
    public long CountLost() => Cpus.Sum(cpu => ParseLost(Read($"per_cpu/cpu{cpu}/stats")));

    /// <summary>Removes the instance. This process must have closed all files of it.</summary>
    /// <remarks>A child process has copies of the open files until its exec(2); until then the kernel answers EBUSY.</remarks>
    public void Dispose()
    {
        if (!_removed) _removed = SpinWait.SpinUntil(() => TryRemove(Path), RemovalPatience);
    }

    /// <summary>Counts lost events in the text of a CPU's <c>stats</c> file.</summary>
    internal static long ParseLost(ReadOnlySpan<char> stats)
    {
        long lost = 0;
        foreach (var line in stats.EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon < 0 || Array.IndexOf(Losses, line[..colon].Trim().ToString()) < 0) continue;
            if (long.TryParse(line[(colon + 1)..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var n)) lost += n;
        }

        return lost;
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true; // another process removed it
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it is read, or belongs to another user
        }
    }
}
