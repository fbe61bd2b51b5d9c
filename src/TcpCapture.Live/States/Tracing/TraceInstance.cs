using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace TcpCapture.Live.States.Tracing;

/// <summary>
/// An instance of the kernel's tracing that is ours alone: own buffers, own events, own clock. Nobody else's tracing is
/// touched. It outlives a process that is killed: the next start removes it.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class TraceInstance : IDisposable
{
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(1);
    private readonly string _root;
    private bool _removed;

    private TraceInstance(string root, string path)
    {
        _root = root;
        Path = path;
    }

    /// <summary>Its folder.</summary>
    public string Path { get; }

    /// <summary>The CPUs it has buffers for, as numbers.</summary>
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

    /// <summary>Makes one, after removing those of ours whose makers are gone.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be made.</exception>
    public static TraceInstance Create(string root)
    {
        RemoveStale(root);
        var start = StartTimeOf(Environment.ProcessId)
            ?? throw new StateSourceException("/proc does not show this process: is it mounted?");
        var nonce = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var name = new TraceInstanceName(Environment.ProcessId, start, nonce);
        var path = $"{root}/instances/{name}";
        Directory.CreateDirectory(path);
        return new TraceInstance(root, path);
    }

    /// <summary>
    /// Removes instances of ours whose process has ended. One that is being read cannot be removed: so one made by a process
    /// that cannot be seen from here (another PID namespace) is safe as long as it lives.
    /// </summary>
    public static void RemoveStale(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root + "/instances"))
        {
            if (!TraceInstanceName.TryParse(System.IO.Path.GetFileName(folder), out var name)) continue;
            if (StartTimeOf(name.ProcessId) != name.StartTime) TryRemove(folder);
        }
    }

    /// <summary>Reads a file of the instance.</summary>
    public string Read(string file) => File.ReadAllText($"{Path}/{file}");

    /// <summary>Writes a setting of the instance, in one write(2), as the kernel wants it.</summary>
    public void Write(string file, string value) => WriteSetting($"{Path}/{file}", value);

    /// <summary>Reads the description of a tracepoint; null if this kernel does not have it.</summary>
    public TraceFormat? Describe(string group, string name)
    {
        var path = $"{_root}/events/{group}/{name}/format";
        return File.Exists(path) ? TraceFormat.Parse(name, File.ReadAllText(path)) : null;
    }

    /// <summary>Events the kernel lost for want of room, on all CPUs.</summary>
    public long CountLost() => Cpus.Sum(cpu => TraceBufferStatistics.ParseLost(Read($"per_cpu/cpu{cpu}/stats")));

    /// <summary>
    /// Removes it. Every file of it that this process opened must be closed. A process that this one is just starting holds
    /// copies of them until its exec(2): the kernel then says EBUSY for a moment, which is waited for.
    /// </summary>
    public void Dispose()
    {
        if (_removed) return;
        _removed = SpinWait.SpinUntil(() => TryRemove(Path), RemovalPatience);
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
            return true; // another start was faster
        }
        catch (IOException)
        {
            return false; // someone reads it
        }
        catch (UnauthorizedAccessException)
        {
            return false; // not ours to remove
        }
    }

    private static void WriteSetting(string path, string value)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    private static ulong? StartTimeOf(int process)
    {
        try
        {
            return TraceInstanceName.ParseStartTime(
                File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat")));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
