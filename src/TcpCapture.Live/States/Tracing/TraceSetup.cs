using System.ComponentModel;
using System.Globalization;
using System.Runtime.Versioning;

namespace TcpCapture.Live.States.Tracing;

/// <summary>A trace that is set up: an instance with filters, pipes and a clock. Its events are off until <see cref="Enable"/>.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TraceSetup : IDisposable
{
    private const int MinKilobytesPerCpu = 512;
    private const int MaxKilobytesPerCpu = 16384;
    private const int KilobytesByDefault = 65536;
    private const int MaxPage = 1 << 20;

    private readonly TraceFilesystem _filesystem;
    private readonly List<string> _events = [];

    private TraceSetup(TraceFilesystem filesystem, TraceInstance instance)
    {
        _filesystem = filesystem;
        Instance = instance;
    }

    public TraceInstance Instance { get; }
    public TraceClock Clock { get; private set; } = null!;
    public List<TracePipe> Pipes { get; } = [];
    public TraceProcesses Processes => new(_filesystem.Root);
    public int DataOffset { get; private set; }
    public int PageLength { get; private set; }

    public static TraceSetup Make(Action<TraceSetup> addEvents, int kilobytes = KilobytesByDefault)
    {
        TraceFilesystem? filesystem = null;
        TraceSetup? setup = null;
        try
        {
            filesystem = TraceFilesystem.Open();
            setup = new TraceSetup(filesystem, TraceInstance.Create(filesystem.Root));
            setup.Prepare(kilobytes);
            addEvents(setup);
            return setup;
        }
        catch (Exception error)
        {
            if (setup is not null) setup.Dispose();
            else filesystem?.Dispose();
            if (error is UnauthorizedAccessException)
                throw new StateSourceException("the kernel's tracefs is reserved for root or locked down: run as root", error);
            if (error is IOException or Win32Exception) throw Refused(error);
            throw;
        }
    }

    /// <summary>Adds an event to those that <see cref="Enable"/> turns on; returns null if the kernel lacks the event.</summary>
    public TraceFormat? Add(string group, string name, Func<TraceFormat, string?>? filter = null)
    {
        if (Instance.Describe(group, name) is not { } format) return null;
        var folder = $"events/{group}/{name}";
        if (filter?.Invoke(format) is { } narrow) Instance.Write(folder + "/filter", narrow);
        _events.Add(folder);
        return format;
    }

    public void Enable() => _events.ForEach(folder => Instance.Write(folder + "/enable", "1"));
    public void Disable() => _events.ForEach(folder => Instance.Write(folder + "/enable", "0"));

    public void Dispose()
    {
        foreach (var pipe in Pipes) pipe.Dispose();
        try
        {
            Instance.Dispose();
        }
        finally
        {
            _filesystem.Dispose();
        }
    }

    /// <summary>Parses header_page: the offset of the events and the length of a page.</summary>
    internal static (int DataOffset, int PageLength) ParseHeaderPage(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var field = line.Trim();
            if (!field.StartsWith("field:")) continue;
            var found = TraceFormat.ReadField("header_page", field);
            var length = found.Offset + found.Size;
            if (found.Name == "data" && found.Offset >= 16 && length <= MaxPage) return (found.Offset, length);
        }

        throw new StateSourceException("the kernel's description of its trace pages cannot be parsed");
    }

    internal static StateSourceException Refused(Exception error) =>
        new($"the kernel's tracefs refused a request ({error.Message.TrimEnd('.')})", error);

    private void Prepare(int kilobytesInAll)
    {
        (DataOffset, PageLength) = ParseHeaderPage(File.ReadAllText(_filesystem.Root + "/events/header_page"));
        var cpus = Instance.Cpus;
        // The pipes are opened first: the kernel refuses to remove an instance that is read.
        foreach (var cpu in cpus) Pipes.Add(new TracePipe(Instance.Path, cpu));
        Clock = TraceClock.Choose(Instance);
        var kilobytes = Math.Clamp(kilobytesInAll / Math.Max(1, cpus.Length), MinKilobytesPerCpu, MaxKilobytesPerCpu);
        Instance.Write("buffer_size_kb", kilobytes.ToString(CultureInfo.InvariantCulture));
    }
}
