using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Portable;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Live.States.Tracing;

namespace TcpCapture.Live;

/// <summary>The one place where a source of socket states is chosen, by operating system and privilege.</summary>
public static class StateSources
{
    /// <summary>Interval of the sampled source if none is asked for.</summary>
    public static TimeSpan DefaultSampledInterval { get; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Interval of the portable source if none is asked for; a look at the whole table costs that much more.</summary>
    public static TimeSpan DefaultPortableInterval { get; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Shortest interval that may be asked for.</summary>
    public static TimeSpan MinInterval { get; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Longest interval that may be asked for.</summary>
    public static TimeSpan MaxInterval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What works here, best first: tried, not guessed, in the network namespace of the calling thread.
    /// </summary>
    public static IReadOnlyList<StateSourceAvailability> Available() =>
    [
        TryTraced(),
        TrySampled(),
        TryPortable(),
    ];

    /// <summary>Makes the source asked for, for the network namespace of the calling thread.</summary>
    /// <param name="requested">The source.</param>
    /// <param name="interval">Time between two looks; null: the source's own.</param>
    /// <param name="trace">What to trace; without it nothing can be.</param>
    /// <exception cref="TcpCaptureException">It does not work here, or the interval is out of range.</exception>
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
                return Portable("portable, as asked for: the system's connection table is read whole", interval);
            default:
                throw new ArgumentOutOfRangeException(nameof(requested), requested, "Not a state source.");
        }
    }

    private const string TracedGives =
        "the kernel reports changes itself, to the nanosecond (tracefs), and looks at sockets show what it leaves out (sock_diag)";

    private static IStateSource Best(TimeSpan? interval, TraceFilter? trace)
    {
        if (TryTrace("traced, the best source here: " + TracedGives, interval, trace, out var why) is { } traced) return traced;
        var sampled = TrySampled();
        return sampled.IsAvailable
            ? Sampled($"sampled, the best source here: {sampled.Reason}; not traced, since {why}", interval)
            : Portable($"portable, since {sampled.Reason}; not traced, since {why}", interval);
    }

    /// <summary>The traced source, or null and why not.</summary>
    private static IStateSource? TryTrace(string reason, TimeSpan? interval, TraceFilter? trace, out string why)
    {
        why = "";
        if (!OperatingSystem.IsLinux()) why = "a trace of the kernel's TCP needs Linux (tracefs)";
        else if (trace is null) why = "it is not known which port to trace";
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

        try
        {
            return new TracedSource(reason, tracer, Sampled(reason, interval));
        }
        catch
        {
            tracer.Dispose();
            throw;
        }
    }

    private static StateSourceAvailability TryTraced()
    {
        using var source = TryTrace("", null, new TraceFilter([]), out var why);
        return source is null
            ? new(StateSourceChoice.Traced, "traced", false, why) { Remedy = Remedy.SampleStates }
            : new(StateSourceChoice.Traced, "traced", true, TracedGives);
    }

    private static StateSampler Sampled(string reason, TimeSpan? interval)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException(reason);
        var lookup = new SockDiagLookup();
        try
        {
            return new StateSampler(
                "sampled", reason, lookup, new TimerPacer(interval ?? DefaultSampledInterval), new SocketOwners(),
                LinuxThread.CpuNanoseconds, lister: new SockDiagLister());
        }
        catch
        {
            lookup.Dispose();
            throw;
        }
    }

    private static StateSampler Portable(string reason, TimeSpan? interval)
    {
        var beat = interval ?? DefaultPortableInterval;
        return OperatingSystem.IsLinux()
            ? new StateSampler(
                "portable", reason, new PortableLookup(), new TimerPacer(beat), threadCpu: LinuxThread.CpuNanoseconds, lister: new PortableLister())
            : new StateSampler("portable", reason, new PortableLookup(), new WaitHandlePacer(beat), lister: new PortableLister());
    }

    private static StateSourceAvailability TrySampled()
    {
        if (!OperatingSystem.IsLinux())
        {
            return new(StateSourceChoice.Sampled, "sampled", false,
                "exact samples of sockets need Linux (sock_diag)") { Remedy = Remedy.UsePortableStates };
        }

        try
        {
            SockDiagLookup.Probe();
            return new(StateSourceChoice.Sampled, "sampled", true,
                "the kernel answers exact looks at sockets (sock_diag), request sockets and mini-sockets included");
        }
        catch (StateSourceException exception)
        {
            return new(StateSourceChoice.Sampled, "sampled", false, exception.Message) { Remedy = Remedy.UsePortableStates };
        }
    }

    private static StateSourceAvailability TryPortable() => PortableLookup.Probe() is { } error
        ? new(StateSourceChoice.Portable, "portable", false, $"the system's connection table cannot be read ({error})")
        : new(StateSourceChoice.Portable, "portable", true,
            "the system's connection table can be read; it shows no timers, no queues and no owners");
}

/// <summary>Whether one way to observe socket states works here.</summary>
/// <param name="Source">Which one.</param>
/// <param name="Name">Its name: <c>traced</c>, <c>sampled</c> or <c>portable</c>.</param>
/// <param name="IsAvailable">True if it can be used now, by this user, in this network namespace.</param>
/// <param name="Reason">One sentence: what it gives, or why it cannot be used.</param>
public sealed record StateSourceAvailability(StateSourceChoice Source, string Name, bool IsAvailable, string Reason)
{
    /// <summary>What to do if it is not available.</summary>
    public Remedy Remedy { get; init; }
}

/// <summary>How the states of sockets are to be observed.</summary>
public enum StateSourceChoice
{
    /// <summary>The best source that works here.</summary>
    Auto,

    /// <summary>The kernel reports each change itself, to the nanosecond.</summary>
    Traced,

    /// <summary>Each socket is looked at every millisecond, by its four-tuple (Linux, sock_diag; no privilege needed).</summary>
    Sampled,

    /// <summary>The system's connection table is read every 25 ms (any system, no privilege needed).</summary>
    Portable,
}
