using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>All analyses: each sees the events it wants.</summary>
/// <remarks>
/// Of captures, events of different connections come from several threads at once. What an analysis keeps of a single event it
/// therefore keeps with the connection; about the whole it learns when connections have ended, which one thread at a time reports.
/// </remarks>
internal sealed class AnalysisSet : ITimelineSink
{
    private readonly IReadOnlyList<IAnalysis> _all;
    private readonly IAnalysis[] _ofOpenings;
    private readonly IAnalysis[] _ofSegments;
    private readonly IAnalysis[] _ofStates;

    /// <param name="all">The analyses, in the order in which their findings about one connection are reported.</param>
    public AnalysisSet(IReadOnlyList<IAnalysis> all)
    {
        _all = all;
        _ofSegments = OfInterest(AnalysisInterest.Segments);
        _ofOpenings = [.. OfInterest(AnalysisInterest.Openings), .. _ofSegments];
        _ofStates = OfInterest(AnalysisInterest.States);
    }

    /// <summary>What they found, complete after <see cref="OnCompleted"/>.</summary>
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

    private IAnalysis[] OfInterest(AnalysisInterest interest) => [.. _all.Where(analysis => (analysis.Interest & interest) != 0)];

    private IAnalysis[] Interested(in TimelineEvent timelineEvent) => timelineEvent.Kind switch
    {
        EventKind.Segment => timelineEvent.Segment.Has(TcpFlags.Syn) ? _ofOpenings : _ofSegments,
        EventKind.State => _ofStates,
        _ => [],
    };
}
