using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>What the recording may have missed, so that no conclusion is trusted further than it goes.</summary>
internal sealed class Losses(RecordingInfo info) : IAnalysis
{
    private const int MostNamed = 10;

    private readonly List<Finding> _findings = [];
    private readonly List<Connection> _earlier = [];
    private readonly List<Connection> _oneSided = [];
    private long _oneSidedInAll;
    private long _earlierInAll;
    private long _unreadable;
    private long _firstUnreadable;
    private string? _firstReason;

    public AnalysisInterest Interest => AnalysisInterest.Segments;

    public IEnumerable<Finding> Findings => Earlier.Concat(OneSided).Concat(_findings);

    private IEnumerable<Finding> Earlier => _earlierInAll <= MostNamed
        ? _earlier.Select(c => new Finding(c, 0, $"The connection began before the {info.Whole}: its SYN was not seen."))
        : [new Finding(null, 0, $"{_earlierInAll} connections began before the {info.Whole} ({Named(_earlier)} …): their SYNs were not seen.")];

    private IEnumerable<Finding> OneSided => _oneSidedInAll <= MostNamed
        ? _oneSided.Select(c => new Finding(c, 0,
            $"Nothing the {c.Unheard?.ToText()} sent was captured, though the other end acknowledged some of it: what it did, and how the connection ended, cannot be concluded."))
        : [new Finding(null, 0, $"Of {_oneSidedInAll} connections ({Named(_oneSided)} …) only one direction was captured: what the other end did, and how they ended, cannot be concluded.")];

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, IsReadable: false }) return;
        if (_unreadable++ != 0) return;
        _firstUnreadable = timelineEvent.Number;
        _firstReason = timelineEvent.Note;
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.Unheard is not null && _oneSidedInAll++ < MostNamed) _oneSided.Add(connection);
        if (connection.BeganEarlier && _earlierInAll++ < MostNamed) _earlier.Add(connection);
    }

    public void OnCompleted(in TimelineEnd timelineEnd)
    {
        var (end, cutOff, late) = timelineEnd;
        foreach (var remark in timelineEnd.Remarks ?? []) Add(0, remark);
        if (_unreadable > 0)
            Add(_firstUnreadable, $"{Frames(_unreadable)} could not be read as a TCP segment; the first: {_firstReason}.");
        AddMissed(end, "");
        if (info.Peer is not null) AddMissed(end?.Peer, PeerPrefix);
        if (late > 0) Add(0, $"{late} observations came too late to be put in order.");
        if (cutOff is not null) Add(0, $"The recording was cut off: {cutOff}");
        if (timelineEnd.Missing is { } missing && info.Captures is null) Add(0, $"Not all that was recorded is there: {missing}");
        if (info.Ports is not null) Add(0, "Socket calls are unknown: programs that run already are not asked for theirs.");
        if (end is { IsContinued: true }) Add(0, $"The recording goes on in part {info.Part + 1}.");
        AddEnding(end, info, "");
        if (info.Peer is { } peer) AddEnding(end?.Peer, peer, PeerPrefix);
        if (timelineEnd.GivenUp is > 0 and var count)
            Add(0, $"{Connections(count)} {(count == 1 ? "was" : "were")} followed no longer, since more were open than are kept ({ConnectionLimits.Whole.OneSided} of which one end alone was seen, {ConnectionLimits.Whole.Open} others): the oldest that were silent went, and what came of them later counts as other connections.");
    }

    private string PeerPrefix => $"At the second host ({info.Peer!.Host}): ";

    private void AddMissed(RecordingEnd? end, string where)
    {
        if (end?.DroppedByKernel is > 0)
            Add(0, $"{where}The kernel dropped {Frames(end.DroppedByKernel.Value)} for want of capture buffer: segments may be missing here.");
        if (end?.DroppedByInterface is > 0)
            Add(0, $"{where}The interface dropped {Frames(end.DroppedByInterface.Value)}: segments may be missing here.");
        if (end?.TraceOverruns is > 0)
            Add(0, $"{where}{end.TraceOverruns} of the kernel's reports were lost or could not be read: what it seems not to have reported may have happened.");
        if (end?.TraceFailure is { } failure) Add(0, $"{where}States were sampled, not traced, towards the end: {failure}.");
        if (end?.CallsIncomplete is { } why) Add(0, $"{where}Socket calls may be missing here, or stand at another socket than theirs: {why}.");
        if (end?.ConnectionsLeftOut is > 0 and var others)
            Add(0, $"{where}{Connections(others)} of other processes than the programs {(others == 1 ? "was" : "were")} left out.");
        if (end?.ConnectionsOfUnknownOwner is > 0 and var unknown)
            Add(0, $"{where}Whose {Connections(unknown)} {(unknown == 1 ? "was" : "were")} could not be found out: kept all the same, perhaps another process's.");
    }

    private void AddEnding(RecordingEnd? end, RecordingInfo host, string where)
    {
        foreach (var note in end?.Notes ?? []) Add(0, $"{where}Waited in vain: {note}");
        if (end is not null && end.Outcome != RecordingOutcome.Completed) Add(0, $"{where}The {(info.Captures is null ? "recording" : "analysis")} ended early: {end.Reason}.");
        if (end is not null && host.SampleIntervalNanoseconds > 0 && end.LongestSamplingGapNanoseconds > 20 * host.SampleIntervalNanoseconds)
        {
            Add(0, $"{where}Once {Duration.ToText(end.LongestSamplingGapNanoseconds)} passed between two looks at the sockets"
                + $" ({Duration.ToText(host.SampleIntervalNanoseconds)} was asked for): shorter states may have gone unseen there.");
        }
    }

    private static string Named(List<Connection> connections) => string.Join(", ", connections.Select(c => c.Number));

    private static string Connections(long count) => count == 1 ? "1 connection" : $"{count} connections";

    private static string Frames(long count) => count == 1 ? "1 frame" : $"{count} frames";

    private void Add(long eventNumber, string text) => _findings.Add(new Finding(null, eventNumber, text));
}
