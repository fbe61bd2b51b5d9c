using System.Runtime.Versioning;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Portable;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.Live;

/// <summary>Chooses the source of socket states by operating system and privilege.</summary>
internal static class StateSources
{
    /// <summary>Default sampling interval of the sampled source.</summary>
    public static TimeSpan DefaultSampledInterval { get; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Default sampling interval of the portable source; longer, because each sample reads the whole connection table.</summary>
    public static TimeSpan DefaultPortableInterval { get; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Minimum sampling interval.</summary>
    public static TimeSpan MinInterval { get; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Maximum sampling interval.</summary>
    public static TimeSpan MaxInterval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Tries every source in the network namespace of the calling thread; the best source is first.</summary>
    public static IReadOnlyList<StateSource> Available() => [TryTraced(), TrySampled(), TryPortable()];

    /// <summary>Tries one source; null for the automatic choice, which always finds one.</summary>
    public static StateSource? Try(StateSourceChoice source) => source switch
    {
        StateSourceChoice.Traced => TryTraced(),
        StateSourceChoice.Sampled => TrySampled(),
        StateSourceChoice.Portable => TryPortable(),
        _ => null,
    };

    /// <summary>Creates the requested source for the network namespace of the calling thread.</summary>
    internal static IStateSource Choose(StateSourceChoice requested, TimeSpan? interval = null, TraceFilter? trace = null)
    {
        if (interval < MinInterval || interval > MaxInterval)
        {
            throw new StateSourceException(
                $"A sampling interval of {interval.Value.TotalMilliseconds} ms is out of range: " +
                $"choose {MinInterval.TotalMilliseconds} to {MaxInterval.TotalMilliseconds} ms.");
        }

        switch (requested)
        {
            case StateSourceChoice.Auto:
                return Best(interval, trace);
            case StateSourceChoice.Traced:
                var tracedReason = "traced, as asked for: " + TracedGives;
                if (TryTrace(tracedReason, interval, trace, out var why) is { } traced) return traced;
                throw new StateSourceException($"States cannot be traced: {why}.", remedy: Remedy.SampleStates);
            case StateSourceChoice.Sampled:
                var availability = TrySampled();
                if (availability.IsAvailable) return Sampled("sampled, as asked for: " + availability.Reason, interval);
                throw new StateSourceException($"States cannot be sampled: {availability.Reason}.", remedy: Remedy.UsePortableStates);
            case StateSourceChoice.Portable:
                return Portable("portable, as asked for: the system's whole connection table is read for each sample", interval);
            default:
                throw new ArgumentOutOfRangeException(nameof(requested), requested, "Not a state source.");
        }
    }

    private const string TracedGives =
        "the kernel reports changes to the nanosecond (tracefs), and samples show what the trace leaves out (sock_diag)";

    private static IStateSource Best(TimeSpan? interval, TraceFilter? trace)
    {
        if (TryTrace("traced, the best source here: " + TracedGives, interval, trace, out var why) is { } traced) return traced;
        var sampled = TrySampled();
        return sampled.IsAvailable
            ? Sampled($"sampled, the best source here: {sampled.Reason}; not traced, because {why}", interval)
            : Portable($"portable, because {sampled.Reason}; not traced, because {why}", interval);
    }

    /// <summary>Creates the traced source; returns null and the reason if it does not work.</summary>
    private static IStateSource? TryTrace(string reason, TimeSpan? interval, TraceFilter? trace, out string why)
    {
        why = "";
        if (!OperatingSystem.IsLinux()) why = "a trace of the kernel's TCP needs Linux (tracefs)";
        else if (trace is null) why = "no port to trace is known";
        else if (TrySampled() is { IsAvailable: false } sampled) why = sampled.Reason;
        if (why.Length > 0 || trace is null || !OperatingSystem.IsLinux()) return null;
        KernelTracer tracer;
        try
        {
            tracer = KernelTracer.Open(trace);
        }
        catch (StateSourceException exception)
        {
            why = exception.Message;
            return null;
        }

        return Traced(reason, interval, tracer);
    }

    [SupportedOSPlatform("linux")]
    private static TracedSource Traced(string reason, TimeSpan? interval, KernelTracer tracer) =>
        Cleanup.OrDispose(tracer, opened => new TracedSource(reason, opened, SampledOnLinux(reason, interval)));

    private static StateSource TryTraced()
    {
        using var source = TryTrace("", null, new TraceFilter([]), out var why);
        return source is null
            ? new(StateSourceChoice.Traced, "traced", false, why) { Remedy = Remedy.SampleStates }
            : new(StateSourceChoice.Traced, "traced", true, TracedGives);
    }

    private static StateSampler Sampled(string reason, TimeSpan? interval) =>
        OperatingSystem.IsLinux() ? SampledOnLinux(reason, interval) : throw new PlatformNotSupportedException(reason);

    [SupportedOSPlatform("linux")]
    private static StateSampler SampledOnLinux(string reason, TimeSpan? interval) =>
        Cleanup.OrDispose(new SockDiagLookup(), lookup => new StateSampler(
            "sampled", reason, lookup, new TimerPacer(interval ?? DefaultSampledInterval), new SocketOwners(),
            LinuxThread.CpuNanoseconds, lister: new SockDiagLister()));

    private static StateSampler Portable(string reason, TimeSpan? interval)
    {
        var beat = interval ?? DefaultPortableInterval;
        return OperatingSystem.IsLinux()
            ? new StateSampler(
                "portable", reason, new PortableLookup(), new TimerPacer(beat),
                threadCpu: LinuxThread.CpuNanoseconds, lister: new PortableLister())
            : new StateSampler("portable", reason, new PortableLookup(), new WaitHandlePacer(beat), lister: new PortableLister());
    }

    private static StateSource TrySampled()
    {
        if (!OperatingSystem.IsLinux())
        {
            const string needsLinux = "sampling single sockets needs Linux (sock_diag)";
            return new(StateSourceChoice.Sampled, "sampled", false, needsLinux) { Remedy = Remedy.UsePortableStates };
        }

        try
        {
            SockDiagLookup.Probe();
            return new(StateSourceChoice.Sampled, "sampled", true,
                "the kernel reports the exact state of each socket (sock_diag), request sockets and mini-sockets included");
        }
        catch (StateSourceException exception)
        {
            return new(StateSourceChoice.Sampled, "sampled", false, exception.Message) { Remedy = Remedy.UsePortableStates };
        }
    }

    private static StateSource TryPortable() => PortableLookup.Probe() is { } error
        ? new(StateSourceChoice.Portable, "portable", false, $"the system's connection table cannot be read ({error})")
        : new(StateSourceChoice.Portable, "portable", true,
            "the system's connection table can be read; it shows no timers, no queues and no owners");
}

/// <summary>Whether a source of socket states works here.</summary>
/// <param name="Source">The source.</param>
/// <param name="Name">Its name: <c>traced</c>, <c>sampled</c> or <c>portable</c>.</param>
/// <param name="IsAvailable">True if this user can use it now, in this network namespace.</param>
/// <param name="Reason">One sentence: what the source provides, or why it cannot be used.</param>
internal sealed record StateSource(StateSourceChoice Source, string Name, bool IsAvailable, string Reason)
{
    /// <summary>What to do if the source is not available.</summary>
    public Remedy Remedy { get; init; }
}

/// <summary>How socket states are observed.</summary>
public enum StateSourceChoice
{
    /// <summary>The best source that works here.</summary>
    Auto,

    /// <summary>The kernel reports each change, with a precision of a nanosecond (Linux, tracefs; needs root).</summary>
    Traced,

    /// <summary>Each socket is sampled every millisecond by its four-tuple (Linux, sock_diag; no privilege needed).</summary>
    Sampled,

    /// <summary>The system's connection table is read every 25 ms (any system, no privilege needed).</summary>
    Portable,
}
