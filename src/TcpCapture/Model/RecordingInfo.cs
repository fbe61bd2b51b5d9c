using System.Reflection;

namespace TcpCapture.Model;

/// <summary>What is true of a whole recording from its start.</summary>
public sealed record RecordingInfo
{
    /// <summary>Version of this build of TcpCapture.</summary>
    internal static string ThisVersion { get; } =
        typeof(RecordingInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>What was run: a scenario's name, or empty.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>The commands of the programs observed, the client's first; empty if they are not known.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Version of TcpCapture that recorded.</summary>
    public string Tool { get; init; } = "";

    /// <summary>Name of the host.</summary>
    public string Host { get; init; } = "";

    /// <summary>Operating system and kernel release.</summary>
    public string System { get; init; } = "";

    /// <summary>When recording began; <c>elapsed</c> counts from here.</summary>
    public Timestamp Start { get; init; }

    /// <summary>Interface captured on.</summary>
    public string Interface { get; init; } = "";

    /// <summary>Link-layer type of the capture, a LINKTYPE_ value.</summary>
    public int LinkType { get; init; }

    /// <summary>Most bytes kept of a frame.</summary>
    public int Snaplen { get; init; }

    /// <summary>BPF filter in force, or empty.</summary>
    public string Filter { get; init; } = "";

    /// <summary>State source in use: <c>traced</c>, <c>sampled</c>, <c>portable</c> or <c>none</c>.</summary>
    public string StateSource { get; init; } = "none";

    /// <summary>Why that source: one sentence for people.</summary>
    public string StateSourceReason { get; init; } = "";

    /// <summary>Nanoseconds between two looks at a socket, 0 without sampling.</summary>
    public long SampleIntervalNanoseconds { get; init; }

    /// <summary>
    /// What was taken off the trace's clock to have packet time, in nanoseconds, measured at the start; null without a trace.
    /// </summary>
    public long? TraceClockOffsetNanoseconds { get; init; }

    /// <summary>How far that offset may be wrong either way, in nanoseconds; null without a trace.</summary>
    public long? TraceClockBoundNanoseconds { get; init; }

    /// <summary>True if the socket calls of both programs are in the recording, so that the lack of a call proves something.</summary>
    public bool CallsComplete { get; init; }

    /// <summary>The server's listening address, if known before the first segment.</summary>
    public Endpoint? Server { get; init; }

    /// <summary>The TCP ports that were asked for, of which an end that has one is taken for a server; null or empty: not by port.</summary>
    public IReadOnlyList<ushort>? Ports { get; init; }

    /// <summary>The capture files, made by others, that stand in for a recording; null if it is one.</summary>
    public IReadOnlyList<string>? Captures { get; init; }

    /// <summary>Which part of a recording in parts this is, from 1; null if it is a whole one.</summary>
    public int? Part { get; init; }

    /// <summary>Kernel settings read at the start that bear on TCP's timers, by sysctl name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The same of the second host, if this is a merged recording; null if it is not. Its times are on its own clock.</summary>
    public RecordingInfo? Peer { get; init; }

    /// <summary>How the second host's clock stands to this one; null if this is no merged recording.</summary>
    public ClockRelation? PeerClock { get; init; }

    /// <summary>
    /// If addresses are translated between the hosts (NAT), one connection of them as each host sees it, for people; null if
    /// they are not.
    /// </summary>
    public string? PeerView { get; init; }

    /// <summary>Which programs ran on the second host of a merged recording; null if it is not known, or this is none.</summary>
    public Side? PeerSide { get; init; }

    /// <summary>What people are told this is of: <c>recording</c>, or <c>capture</c> if others made it.</summary>
    internal string Whole => Captures is null ? "recording" : "capture";
}
