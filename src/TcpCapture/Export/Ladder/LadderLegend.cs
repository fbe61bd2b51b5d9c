using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>What the marks mean that were used.</summary>
/// <param name="fromCapture">There are segments only: no calls that anything could follow from.</param>
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
                Evidence.Inferred => fromCapture ? "○ inferred: follows from the segments" : "○ inferred: follows from segments and calls",
                Evidence.Sampled when _uncertainty =>
                    "◐ sampled: seen by looking at the socket; it changed within ± of the time given",
                Evidence.Sampled => "◐ sampled: seen by looking at the socket; it changed at some moment between two looks",
                _ => "● traced: the kernel said so, to the nanosecond",
            }, paint.Faint);
        }

        if (fromCapture && _evidence.Count > 0) page.Across("Events are numbered by their frame: 1201 and 1202 are the first ones of frame 12.", paint.Faint);
        if (_cause) page.Across("← caused by that event; where nothing is said, by the line above", paint.Faint);
        if (_evidence.Count > 0) page.Across("Numbers left out are changes of state, shown on the line of their segment.", paint.Faint);
    }
}
