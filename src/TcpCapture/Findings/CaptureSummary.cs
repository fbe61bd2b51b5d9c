using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>The contents of capture files, in numbers.</summary>
public sealed record CaptureSummary
{
    /// <summary>Names of the files, in the order they were given.</summary>
    public IReadOnlyList<string> FileNames { get; init; } = [];

    /// <summary>Bytes read from the files as stored, perhaps compressed.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Time of the first frame; 1970-01-01 if there is none.</summary>
    public Timestamp Start { get; init; }

    /// <summary>Time of the latest frame.</summary>
    public Timestamp End { get; init; }

    /// <summary>False if the frames have no times: durations and intervals are then unknown.</summary>
    public bool HasTimes { get; init; } = true;

    /// <summary>Frames that the capture itself dropped, as far as the files say so: they are missing.</summary>
    public long Dropped { get; init; }

    /// <summary>Frames read.</summary>
    public long Frames { get; init; }

    /// <summary>TCP segments among them.</summary>
    public long Segments { get; init; }

    /// <summary>ICMP errors that quote TCP segments.</summary>
    public long IcmpErrors { get; init; }

    /// <summary>ICMP errors that quote no connection of the capture, or too little of a segment to tell.</summary>
    public long UnmatchedIcmpErrors { get; init; }

    /// <summary>Frames without TCP, and no ICMP error about TCP.</summary>
    public long NotTcp { get; init; }

    /// <summary>Fragments of IP datagrams with TCP: incomplete segments, which are not decoded.</summary>
    public long Fragments { get; init; }

    /// <summary>Frames with an inconsistent or truncated header.</summary>
    public long Malformed { get; init; }

    /// <summary>Frames that aggregate several (IEEE 802.11 A-MSDU): they are not decoded, although they may contain TCP.</summary>
    public long Aggregates { get; init; }

    /// <summary>Segments excluded because of a wrong checksum, if checksums were verified.</summary>
    public long Corrupt { get; init; }

    /// <summary>Frames of link types that cannot be decoded.</summary>
    public long Undecoded { get; init; }

    /// <summary>Their link types, by name if known: <c>IEEE802_11 (105)</c>.</summary>
    public IReadOnlyList<string> UndecodedLinkTypes { get; init; } = [];

    /// <summary>Frames of protocols that are not decoded although they may hold TCP, such as ESP, by name in order of appearance.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> FramesOfUndecoded =>
        [.. UndecodedProtocols.Select(protocol => KeyValuePair.Create(protocol.Name, protocol.Frames))];

    internal IReadOnlyList<UndecodedProtocol> UndecodedProtocols { get; init; } = [];

    /// <summary>Connections.</summary>
    public long Connections => Totals.Connections;

    /// <summary>Payload bytes of all connections, without retransmissions.</summary>
    public long Bytes => Totals.Bytes;

    /// <summary>Retransmitted segments: data, SYN or FIN.</summary>
    public long Retransmissions => Totals.Retransmissions;

    /// <summary>Connections with retransmissions.</summary>
    public long WithRetransmissions => Totals.WithRetransmissions;

    /// <summary>SYNs retransmitted by clients.</summary>
    public long SynRetransmissions => Totals.SynRetransmissions;

    /// <summary>Connections without an answer to their SYN: <c>conn_state</c> S0.</summary>
    public long Unanswered => Totals.Unanswered;

    /// <summary>Connections that began before the capture.</summary>
    public long BeganEarlier => Totals.BeganEarlier;

    /// <summary>Connections that were reset or refused by their client.</summary>
    public long ResetsByClient => Totals.ResetsByClient;

    /// <summary>Connections that were reset or refused by their server.</summary>
    public long ResetsByServer => Totals.ResetsByServer;

    /// <summary>Number of connections by <c>conn_state</c>, in descending order.</summary>
    public IReadOnlyList<KeyValuePair<ConnState, long>> ConnStates => Totals.ConnStates;

    /// <summary>Number of connections by cause, in descending order; <see cref="Cause.None"/> is left out.</summary>
    public IReadOnlyList<KeyValuePair<Cause, long>> Causes => Totals.Causes;

    /// <summary>Number of connections by outcome, in descending order.</summary>
    public IReadOnlyList<KeyValuePair<ConnectionOutcome, long>> Outcomes => Totals.Outcomes;

    /// <summary>Connections that failed.</summary>
    public long Failures => Totals.Failures;

    internal ConnectionTotals Totals { get; init; } = new();

    /// <summary>The first connections by <see cref="CaptureAnalysis.Order"/>, at most <see cref="CaptureAnalysis.MaxTop"/>.</summary>
    public IReadOnlyList<Connection> Top { get; init; } = [];

    /// <summary>Number of connections that match <see cref="CaptureAnalysis.Filter"/>; all without a filter.</summary>
    public long Matching { get; init; }

    /// <summary>Chosen connections that were found and written to the timeline.</summary>
    public long Chosen { get; init; }

    /// <summary>Events that report.html omits because a browser cannot show more.</summary>
    public long LeftOutOfReport { get; init; }

    /// <summary>True if the analysis was stopped before the end of the files.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>What could not be read, and other limits of the conclusions, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Findings about single connections and the whole.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>Frames of a protocol that is not decoded although it may hold TCP.</summary>
/// <param name="Name">Its name, or <c>unknown EtherType 0x1234</c>.</param>
/// <param name="Frames">The number of frames.</param>
/// <param name="FirstFrame">The number of the first frame, from 1.</param>
internal sealed record UndecodedProtocol(string Name, long Frames, long FirstFrame)
{
    /// <summary>What follows the number of frames: <c>not decoded: IPComp</c>, or <c>of unknown EtherType 0x1234</c>.</summary>
    public string Predicate => Name.StartsWith("unknown ", StringComparison.Ordinal) ? $"of {Name}" : $"not decoded: {Name}";
}
