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

    /// <summary>Creates the set; its order is the order of the findings about one connection.</summary>
    public AnalysisSet(IReadOnlyList<IAnalysis> all)
    {
        _all = all;
        _ofSegments = OfInterest(AnalysisInterest.Segments);
        _ofOpenings = [.. OfInterest(AnalysisInterest.Openings), .. _ofSegments];
        _ofStates = OfInterest(AnalysisInterest.States);
        _ofCalls = OfInterest(AnalysisInterest.Calls);
    }

    public IEnumerable<Finding> Findings => _all.SelectMany(analysis => analysis.Findings);

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        foreach (var analysis in Interested(timelineEvent)) analysis.OnEvent(timelineEvent, frame);
    }

    public void OnConnectionEnded(Connection connection)
    {
        foreach (var analysis in _all) analysis.OnConnectionEnded(connection);
    }

    public void OnCompleted(in TimelineEnd end)
    {
        foreach (var analysis in _all) analysis.OnCompleted(end);
    }

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
