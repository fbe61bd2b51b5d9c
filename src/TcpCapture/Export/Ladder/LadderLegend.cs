using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>Explains the symbols that a ladder used.</summary>
/// <param name="fromCapture">The ladder shows capture files, so states are inferred from segments only.</param>
internal sealed class LadderLegend(bool fromCapture)
{
    private readonly HashSet<Evidence> _evidence = [];
    private bool _cause;
    private bool _uncertainty;

    public void Add(Evidence evidence) => _evidence.Add(evidence);

    public void AddUncertainty() => _uncertainty = true;

    public void AddCause() => _cause = true;

    public void Print(LadderPage page, LadderPaint paint)
    {
        if (_evidence.Count > 0 || _cause) page.Blank();
        foreach (var evidence in _evidence.Order())
        {
            page.Across(evidence switch
            {
                Evidence.Inferred => fromCapture ? "○ inferred from the segments" : "○ inferred from segments and calls",
                Evidence.Sampled when _uncertainty => "◐ sampled from the socket; the state changed within ± of the time shown",
                Evidence.Sampled => "◐ sampled from the socket; the state changed at some time between two samples",
                _ => "● traced: reported by the kernel, to the nanosecond",
            }, paint.Faint);
        }

        if (fromCapture && _evidence.Count > 0)
            page.Across("Event numbers follow from frame numbers: events 1201 and 1202 are the first of frame 12.", paint.Faint);
        if (_cause) page.Across("← caused by that event; a cause in the line above is not shown", paint.Faint);
        if (_evidence.Count > 0) page.Across("A missing event number is a state change, shown on the line of its segment.", paint.Faint);
    }
}
