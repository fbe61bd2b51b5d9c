using TcpCapture.States.Linux;

namespace TcpCapture.States;

/// <summary>The one place where a source of socket states is chosen, by operating system and privilege.</summary>
public static class StateSources
{
    /// <summary>Interval of the sampled source if none is asked for.</summary>
    public static TimeSpan DefaultSampledInterval { get; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Interval of the portable source if none is asked for; a look at the whole table costs that much more.</summary>
    public static TimeSpan DefaultPortableInterval { get; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Shortest interval that may be asked for.</summary>
    public static TimeSpan ShortestInterval { get; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Longest interval that may be asked for.</summary>
    public static TimeSpan LongestInterval { get; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What works here, best first: tried, not guessed, in the network namespace of the calling thread.
    /// </summary>
    public static IReadOnlyList<StateSourceAvailability> Available() =>
    [
        new(StateSourceChoice.Traced, "traced", false, TracedIsMissing),
        TrySampled(),
        TryPortable(),
    ];

    /// <summary>Makes the source asked for, for the network namespace of the calling thread.</summary>
    /// <exception cref="StateSourceException">It does not work here, or the interval is out of range.</exception>
    internal static IStateSource Choose(StateSourceChoice requested, TimeSpan? interval = null)
    {
        if (interval < ShortestInterval || interval > LongestInterval)
        {
            throw new StateSourceException(
                $"A sampling interval of {interval.Value.TotalMilliseconds} ms is out of range: " +
                $"choose {ShortestInterval.TotalMilliseconds} to {LongestInterval.TotalMilliseconds} ms.");
        }

        switch (requested)
        {
            case StateSourceChoice.Auto:
                var sampled = TrySampled();
                return sampled.IsAvailable
                    ? Sampled("sampled, the best source here: " + sampled.Reason, interval)
                    : Portable("portable, since " + sampled.Reason, interval);
            case StateSourceChoice.Traced:
                throw new StateSourceException($"States cannot be traced: {TracedIsMissing}.");
            case StateSourceChoice.Sampled:
                var availability = TrySampled();
                if (availability.IsAvailable) return Sampled("sampled, as asked for: " + availability.Reason, interval);
                throw new StateSourceException($"States cannot be sampled: {availability.Reason}.");
            case StateSourceChoice.Portable:
                return Portable("portable, as asked for: the system's connection table is read whole", interval);
            default:
                throw new ArgumentOutOfRangeException(nameof(requested), requested, "Not a state source.");
        }
    }

    private const string TracedIsMissing = "this version has no reader for the kernel's trace yet; use --states sampled";

    private static StateSampler Sampled(string reason, TimeSpan? interval)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException(reason);
        var lookup = new SockDiagLookup();
        try
        {
            return new StateSampler(
                "sampled", reason, lookup, new TimerPacer(interval ?? DefaultSampledInterval), new SocketOwners(),
                ThreadCpuTime.Nanoseconds);
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
                "portable", reason, new PortableLookup(), new TimerPacer(beat), threadCpu: ThreadCpuTime.Nanoseconds)
            : new StateSampler("portable", reason, new PortableLookup(), new WaitHandlePacer(beat));
    }

    private static StateSourceAvailability TrySampled()
    {
        if (!OperatingSystem.IsLinux())
        {
            return new(StateSourceChoice.Sampled, "sampled", false,
                "exact looks at sockets need Linux (sock_diag); use --states portable");
        }

        try
        {
            SockDiagLookup.Probe();
            return new(StateSourceChoice.Sampled, "sampled", true,
                "the kernel answers exact looks at sockets (sock_diag), request sockets and mini-sockets included");
        }
        catch (StateSourceException exception)
        {
            return new(StateSourceChoice.Sampled, "sampled", false, exception.Message + "; use --states portable");
        }
    }

    private static StateSourceAvailability TryPortable() => PortableLookup.Probe() is { } error
        ? new(StateSourceChoice.Portable, "portable", false, $"the system's connection table cannot be read ({error})")
        : new(StateSourceChoice.Portable, "portable", true,
            "the system's connection table can be read; it shows no timers, no queues and no owners");
}
