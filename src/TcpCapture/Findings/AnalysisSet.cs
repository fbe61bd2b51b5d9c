using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>All analyses; each receives only the events it asks for.</summary>
/// <remarks>
/// In a capture file, several threads deliver events of different connections at once. So an analysis keeps what it learns from a
/// single event with the connection. It combines connections when they have ended, which one thread at a time reports.
/// </remarks>
internal sealed class AnalysisSet : ITimelineSink
{
    private readonly IReadOnlyList<IAnalysis> _all;
    private readonly IAnalysis[] _ofOpenings;
    private readonly IAnalysis[] _ofSegments;
    private readonly IAnalysis[] _ofStates;
    private readonly IAnalysis[] _ofCalls;
    private readonly IAnalysis[] _ofAll;
    private readonly Predicate<int>? _isChosen;

    /// <summary>Creates the set; its order is the order of the findings about one connection.</summary>
    /// <param name="all">The analyses.</param>
    /// <param name="isChosen">True for the number of a connection whose whole course is described, however many there are.</param>
    public AnalysisSet(IReadOnlyList<IAnalysis> all, Predicate<int>? isChosen = null)
    {
        _all = all;
        _isChosen = isChosen;
        _ofAll = [.. all.Where(analysis => analysis.Rank != FindingRank.Course)];
        _ofSegments = OfInterest(AnalysisInterest.Segments);
        _ofOpenings = [.. OfInterest(AnalysisInterest.Openings), .. _ofSegments];
        _ofStates = OfInterest(AnalysisInterest.States);
        _ofCalls = OfInterest(AnalysisInterest.Calls);
    }

    public IEnumerable<Finding> Findings => _all.SelectMany(analysis => analysis.Rank == FindingRank.Unusual
        ? analysis.Findings
        : analysis.Findings.Select(finding => finding with { Rank = analysis.Rank }));

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        var isDescribed = timelineEvent.Connection is not { } connection || IsDescribed(connection);
        foreach (var analysis in Interested(timelineEvent))
            if (isDescribed || analysis.Rank != FindingRank.Course) analysis.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
        foreach (var analysis in IsDescribed(connection) ? _all : _ofAll) analysis.OnConnectionEnded(connection);
    }

    public void OnCompleted(in TimelineEnd end)
    {
        foreach (var analysis in _all) analysis.OnCompleted(end);
    }

    /// <summary>Connections are numbered from 1, so of few connections all are described.</summary>
    private bool IsDescribed(Connection connection) =>
        connection.Number <= FindingOrder.FewConnections || _isChosen?.Invoke(connection.Number) == true;

    private IAnalysis[] OfInterest(AnalysisInterest interest) =>
        [.. _all.Where(analysis => (analysis.Interest & interest) != 0)];

    private IAnalysis[] Interested(in TimelineEvent timelineEvent) => timelineEvent.Kind switch
    {
        EventKind.Segment when timelineEvent.IsCopy => [],
        EventKind.Segment => timelineEvent.Segment.Has(TcpFlags.Syn) ? _ofOpenings : _ofSegments,
        EventKind.State => _ofStates,
        EventKind.Call => _ofCalls,
        _ => [],
    };
}
