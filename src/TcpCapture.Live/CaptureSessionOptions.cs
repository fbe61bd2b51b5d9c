using TcpCapture.Live.States;

namespace TcpCapture.Live;

/// <summary>How to observe.</summary>
public sealed record CaptureSessionOptions
{
    /// <summary>Interface to capture on; null: the loopback interface. <c>any</c> works on Linux.</summary>
    public string? Interface { get; init; }

    /// <summary>Where socket states come from.</summary>
    public StateSourceChoice States { get; init; } = StateSourceChoice.Auto;

    /// <summary>Time between two looks at a socket; null: the source's own, 1 ms for sampled.</summary>
    public TimeSpan? SampleInterval { get; init; }

    /// <summary>Stay until TIME_WAIT and FIN_WAIT_2 have ended.</summary>
    public bool Follow { get; init; }

    /// <summary>
    /// Take in what there is already: the sockets on the scope's ports are listed at the start and looked at from then on; and of a
    /// scope without ports only reports on connections that the capture shows are kept.
    /// </summary>
    public bool Attach { get; init; }

    /// <summary>Trace also what the kernel throws away, of whichever connection.</summary>
    internal bool TraceDrops { get; init; }

    /// <summary>BPF expression that narrows the capture further; null: the exchange's own segments.</summary>
    public string? Filter { get; init; }
}
