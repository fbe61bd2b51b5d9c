namespace TcpCapture.Recordings.Merging;

/// <summary>All offsets and drifts that causality allows: a convex polygon in their plane.</summary>
// A segment sent at a time of one clock and received at a time of the other bounds the offset at that time from above or
// below: a half-plane. The polygon is the intersection of all half-planes. Each new half-plane cuts it, so only its corners
// are kept, a few dozen. (Its bounds over time are the convex hulls of the one-way delays.)
internal sealed class ClockPolygon
{
    /// <summary>Quartz clocks are off by less than 100 ppm, and the kernel's discipline adds at most 500.</summary>
    public const double MaxDriftPpm = 500;

    private const double NanosecondsPerSecondPerPpm = 1000;
    private const double Everything = 1e15;

    private List<(double Offset, double Drift)> _corners;
    private List<(double Offset, double Drift)> _spare = [];

    public ClockPolygon()
    {
        const double drift = MaxDriftPpm * NanosecondsPerSecondPerPpm;
        _corners = [(-Everything, -drift), (Everything, -drift), (Everything, drift), (-Everything, drift)];
    }

    /// <summary>The offset is at most <paramref name="limit"/> ns at a time. False, without a change, if nothing would remain.</summary>
    public bool CutAbove(double seconds, double limit) => Cut(1, seconds, limit);

    /// <summary>The offset is at least <paramref name="limit"/> ns at a time. False, without a change, if nothing would remain.</summary>
    public bool CutBelow(double seconds, double limit) => Cut(-1, seconds, -limit);

    /// <summary>The minimum and maximum of the offset at <paramref name="seconds"/>, in nanoseconds.</summary>
    public (double Low, double High) OffsetAt(double seconds)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var (offset, drift) in _corners)
        {
            var value = offset + drift * seconds;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return (low, high);
    }

    /// <summary>The minimum and maximum of the drift, in parts per million.</summary>
    public (double Low, double High) DriftPpm() =>
        (_corners.Min(c => c.Drift) / NanosecondsPerSecondPerPpm, _corners.Max(c => c.Drift) / NanosecondsPerSecondPerPpm);

    /// <summary>Keeps where sign · (offset + drift · seconds) ≤ limit (Sutherland and Hodgman's clipping, against one line).</summary>
    private bool Cut(double sign, double seconds, double limit)
    {
        var isCut = false;
        foreach (var corner in _corners) isCut |= Excess(corner, sign, seconds, limit) > 0;
        if (!isCut) return true;
        _spare.Clear();
        for (var i = 0; i < _corners.Count; i++)
        {
            var (here, next) = (_corners[i], _corners[(i + 1) % _corners.Count]);
            var (excess, nextExcess) = (Excess(here, sign, seconds, limit), Excess(next, sign, seconds, limit));
            if (excess <= 0) _spare.Add(here);
            if (excess <= 0 == nextExcess <= 0) continue;
            var part = excess / (excess - nextExcess);
            _spare.Add((here.Offset + part * (next.Offset - here.Offset), here.Drift + part * (next.Drift - here.Drift)));
        }

        if (_spare.Count == 0) return false;
        (_corners, _spare) = (_spare, _corners);
        return true;
    }

    private static double Excess((double Offset, double Drift) corner, double sign, double seconds, double limit) =>
        sign * (corner.Offset + corner.Drift * seconds) - limit;
}
