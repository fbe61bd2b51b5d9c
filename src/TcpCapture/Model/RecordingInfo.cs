using System.Reflection;
using System.Text.Json.Serialization;

namespace TcpCapture.Model;

/// <summary>Facts about a recording, known from its start.</summary>
public sealed record RecordingInfo
{
    /// <summary>Version of this build of TcpCapture.</summary>
    internal static string ThisVersion { get; } = typeof(RecordingInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>The name of the scenario that was run, or empty.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>The commands of the programs observed, the client's first; empty if unknown.</summary>
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

    /// <summary>Maximum number of bytes kept of a frame.</summary>
    public int Snaplen { get; init; }

    /// <summary>BPF filter in force, or empty.</summary>
    public string Filter { get; init; } = "";

    /// <summary>State source in use: <c>traced</c>, <c>sampled</c>, <c>portable</c> or <c>none</c>.</summary>
    public string StateSource { get; init; } = "none";

    /// <summary>Why this source was chosen, in one sentence.</summary>
    public string StateSourceReason { get; init; } = "";

    /// <summary>Nanoseconds between two samples of a socket; 0 without sampling.</summary>
    public long SampleIntervalNanoseconds { get; init; }

    /// <summary>The offset of the trace's clock to packet time, in nanoseconds, measured at the start; null without a trace.</summary>
    public long? TraceClockOffsetNanoseconds { get; init; }

    /// <summary>The maximum error of that offset in either direction, in nanoseconds; null without a trace.</summary>
    public long? TraceClockBoundNanoseconds { get; init; }

    /// <summary>True if all socket calls of both programs are recorded, so that a missing call is evidence.</summary>
    public bool CallsComplete { get; init; }

    /// <summary>The server's listening address, if known before the first segment.</summary>
    public Endpoint? Server { get; init; }

    /// <summary>The TCP ports chosen; an end with one of them counts as the server. Null or empty if none were.</summary>
    public IReadOnlyList<ushort>? Ports { get; init; }

    /// <summary>The capture files analyzed instead of a recording; null for a recording.</summary>
    public IReadOnlyList<string>? Captures { get; init; }

    /// <summary>False if the frames of the capture files have no times: all their times are 1970-01-01.</summary>
    internal bool HasTimes { get; init; } = true;

    /// <summary>Number of the part, from 1; null if the recording has no parts.</summary>
    public int? Part { get; init; }

    /// <summary>Kernel settings at the start that affect TCP's timers, by sysctl name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The facts of the second host's recording, on its own clock; null unless this is a merged recording.</summary>
    public RecordingInfo? Peer { get; init; }

    /// <summary>The relation of the second host's clock to this one; null unless this is a merged recording.</summary>
    [JsonInclude]
    internal ClockRelation? PeerClock { get; init; }

    /// <summary>With NAT between the hosts, one connection as each of them sees it, for people; else null.</summary>
    public string? PeerView { get; init; }

    /// <summary>The side that ran on the second host of a merged recording; null if unknown.</summary>
    public Side? PeerSide { get; init; }

    /// <summary>The noun for messages: <c>recording</c>, or <c>capture</c> for capture files.</summary>
    internal string Whole => Captures is null ? "recording" : "capture";
}
