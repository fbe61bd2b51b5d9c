using System.ComponentModel;
using System.Globalization;
using System.Runtime.Versioning;

namespace TcpCapture.Live.States.Tracing;

/// <summary>What a trace needs of the kernel, made ready: an instance with filters, pipes and a clock, its events still off.</summary>
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

    /// <summary>A pipe for each CPU that there may be.</summary>
    public List<TracePipe> Pipes { get; } = [];

    public TraceProcesses Processes => new(_filesystem.Root);

    /// <summary>Where in a page the events begin.</summary>
    public int DataOffset { get; private set; }

    /// <summary>Bytes of a page.</summary>
    public int PageLength { get; private set; }

    /// <param name="addEvents">Adds the events that are wanted.</param>
    /// <param name="kilobytes">Room for what has not been read yet, of all CPUs together.</param>
    /// <exception cref="TcpCaptureException">It cannot be made; one line says why.</exception>
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
                throw new StateSourceException("the kernel's tracefs is root's, or locked down: run as root", error);
            if (error is IOException or Win32Exception) throw Refused(error);
            throw;
        }
    }

    /// <summary>Adds an event, if the kernel has it, to those that <see cref="Enable"/> turns on.</summary>
    /// <param name="group">Its folder under <c>events</c>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="filter">Says what the kernel is to leave out; null for nothing.</param>
    /// <returns>Its description; null if this kernel does not have it.</returns>
    public TraceFormat? Add(string group, string name, Func<TraceFormat, string?>? filter = null)
    {
        if (Instance.Describe(group, name) is not { } format) return null;
        var folder = $"events/{group}/{name}";
        if (filter?.Invoke(format) is { } narrow) Instance.Write(folder + "/filter", narrow);
        _events.Add(folder);
        return format;
    }

    /// <summary>From now on the kernel writes down what happens.</summary>
    public void Enable()
    {
        foreach (var folder in _events) Instance.Write(folder + "/enable", "1");
    }

    /// <summary>Nothing that happens from now on is written down.</summary>
    public void Disable()
    {
        foreach (var folder in _events) Instance.Write(folder + "/enable", "0");
    }

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

    /// <summary>Reads the text of header_page: where the events begin, and how long a page is.</summary>
    /// <exception cref="TcpCaptureException">It says neither.</exception>
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

        throw new StateSourceException("the kernel's description of its trace pages cannot be understood");
    }

    /// <summary>What is said of a tracefs that fails.</summary>
    internal static StateSourceException Refused(Exception error) =>
        new($"the kernel's tracefs does not do as asked ({error.Message.TrimEnd('.')})", error);

    private void Prepare(int kilobytesInAll)
    {
        (DataOffset, PageLength) = ParseHeaderPage(File.ReadAllText(_filesystem.Root + "/events/header_page"));
        var cpus = Instance.Cpus;
        // Opened at once: an instance that is being read is nobody's to remove.
        foreach (var cpu in cpus) Pipes.Add(new TracePipe(Instance.Path, cpu));
        Clock = TraceClock.Choose(Instance);
        var kilobytes = Math.Clamp(kilobytesInAll / Math.Max(1, cpus.Length), MinKilobytesPerCpu, MaxKilobytesPerCpu);
        Instance.Write("buffer_size_kb", kilobytes.ToString(CultureInfo.InvariantCulture));
    }
}
