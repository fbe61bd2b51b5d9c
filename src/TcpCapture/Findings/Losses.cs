using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>What the recording may have missed, which limits every conclusion.</summary>
internal sealed class Losses(RecordingInfo info) : IAnalysis
{
    private const int MaxNamed = 10;
    private const int MinOneSided = 3;

    private readonly List<Finding> _findings = [];
    private readonly List<Connection> _earlier = [];
    private readonly List<Connection> _oneSided = [];
    private long _oneSidedTotal;
    private long _earlierTotal;
    private long _unreadable;
    private long _firstUnreadable;
    private string? _firstReason;

    public AnalysisInterest Interest => AnalysisInterest.Segments;

    public IEnumerable<Finding> Findings => Earlier.Concat(OneSided).Concat(_findings);

    private IEnumerable<Finding> Earlier => _earlierTotal <= MaxNamed
        ? _earlier.Select(c => new Finding(c, 0, $"The connection began before the {info.Whole}: its SYN was not seen."))
        : [new Finding(null, 0,
            $"{_earlierTotal} connections began before the {info.Whole} ({Named(_earlier)} …): their SYNs were not seen.")];

    private IEnumerable<Finding> OneSided => _oneSidedTotal <= MaxNamed
        ? _oneSided.Select(c => new Finding(c, 0,
            $"No segment of the {c.Unheard?.ToText()} was captured, although the other end acknowledged some:"
            + " what it did, and how the connection ended, is unknown."))
        : [new Finding(null, 0,
            $"Only one direction was captured of {_oneSidedTotal} connections ({Named(_oneSided)} …):"
            + " what the other end did, and how they ended, is unknown.")];

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: false }) return;
        if (_unreadable++ != 0) return;
        _firstUnreadable = timelineEvent.Number;
        _firstReason = timelineEvent.Note;
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (IsOneSided(connection) && _oneSidedTotal++ < MaxNamed) _oneSided.Add(connection);
        if (connection.BeganEarlier && _earlierTotal++ < MaxNamed) _earlier.Add(connection);
    }

    /// <summary>One or two segments after the capture's start may be the tail of a connection whose other end was silent.</summary>
    private static bool IsOneSided(Connection connection) =>
        connection.Unheard is { } unheard && connection.Diagnosis.Cause != Cause.SelfConnect
        && (connection.FirstSyn is not null || connection[unheard.Peer()].Segments >= MinOneSided);

    public void OnCompleted(in TimelineEnd timelineEnd)
    {
        var (end, cutOff, late) = timelineEnd;
        foreach (var remark in timelineEnd.Remarks ?? []) Add(0, remark);
        if (_unreadable > 0)
            Add(_firstUnreadable, $"{Frames(_unreadable)} could not be decoded as a TCP segment; the first: {_firstReason}.");
        if (timelineEnd.UnmatchedIcmp is > 0 and var icmp)
            Add(0, $"{icmp} ICMP {(icmp == 1 ? "error quotes" : "errors quote")} no connection of this {info.Whole}.");
        AddMissed(end, "");
        if (info.Peer is not null) AddMissed(end?.Peer, PeerPrefix);
        if (late > 0) Add(0, $"{late} {(late == 1 ? "observation" : "observations")} came too late to be put in order.");
        if (cutOff is not null) Add(0, $"The recording was cut off: {cutOff}");
        if (timelineEnd.Missing is { } missing && info.Captures is null) Add(0, $"Part of the recording is missing: {missing}");
        if (info.Ports is not null) Add(0, "Socket calls are unknown: calls of programs that were already running are not observed.");
        if (end is { IsContinued: true }) Add(0, $"The recording continues in part {info.Part + 1}.");
        AddEnding(end, info, "");
        if (info.Peer is { } peer) AddEnding(end?.Peer, peer, PeerPrefix);
        if (timelineEnd.GivenUp is > 0 and var count)
        {
            Add(0, $"{Connections(count)} {(count == 1 ? "is" : "are")} no longer followed: too many were open (the limits are"
                + $" {ConnectionLimits.Whole.OneSided} with one end seen and {ConnectionLimits.Whole.Open} with both)."
                + " The oldest silent ones were dropped; their later segments count as other connections.");
        }
    }

    private string PeerPrefix => $"At the second host ({info.Peer!.Host}): ";

    private void AddMissed(RecordingEnd? end, string where)
    {
        if (end?.DroppedByKernel is > 0)
            Add(0, $"{where}The kernel dropped {Frames(end.DroppedByKernel.Value)} because the capture buffer was full:"
                + $" segments may be missing.");
        if (end?.DroppedByInterface is > 0)
            Add(0, $"{where}The interface dropped {Frames(end.DroppedByInterface.Value)}: segments may be missing.");
        if (end?.TraceOverruns is > 0)
            Add(0, $"{where}{end.TraceOverruns} {(end.TraceOverruns == 1 ? "kernel event was" : "kernel events were")} lost or"
                + $" unreadable: changes that seem not to have happened may have happened.");
        if (end?.TraceFailure is { } failure) Add(0, $"{where}States were sampled, not traced, towards the end: {failure}.");
        if (end?.CallsIncomplete is { } why) Add(0, $"{where}Socket calls may be missing or assigned to the wrong socket: {why}.");
        if (end?.ConnectionsLeftOut is > 0 and var others)
            Add(0, $"{where}{Connections(others)} of other processes {(others == 1 ? "was" : "were")} left out.");
        if (end?.ConnectionsOfUnknownOwner is > 0 and var unknown)
            Add(0, $"{where}Owner unknown for {Connections(unknown)}: kept, but perhaps of another process.");
    }

    private void AddEnding(RecordingEnd? end, RecordingInfo host, string where)
    {
        foreach (var note in end?.Notes ?? []) Add(0, $"{where}{note}");
        if (end is null) return;
        if (end.Outcome != RecordingOutcome.Completed)
            Add(0, $"{where}The {(info.Captures is null ? "recording" : "analysis")} ended early: {end.Reason}.");
        if (host.SampleIntervalNanoseconds > 0 && end.LongestSamplingGapNanoseconds > 20 * host.SampleIntervalNanoseconds)
        {
            Add(0, $"{where}The longest time between two samples was {Duration.ToText(end.LongestSamplingGapNanoseconds)}"
                + $" instead of {Duration.ToText(host.SampleIntervalNanoseconds)}: shorter states may have been missed.");
        }
    }

    private static string Named(List<Connection> connections) => string.Join(", ", connections.Select(c => c.Number));

    private static string Connections(long count) => count == 1 ? "1 connection" : $"{count} connections";

    private static string Frames(long count) => count == 1 ? "1 frame" : $"{count} frames";

    private void Add(long eventNumber, string text) => _findings.Add(new Finding(null, eventNumber, text) { Rank = FindingRank.Limit });
}
