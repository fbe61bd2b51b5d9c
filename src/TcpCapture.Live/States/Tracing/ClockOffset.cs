namespace TcpCapture.Live.States.Tracing;

/// <summary>How far one clock is ahead of another, and the maximum error of that in either direction.</summary>
internal readonly record struct ClockOffset(long Nanoseconds, long BoundNanoseconds)
{
    private const long Second = 1_000_000_000;

    /// <summary>Computes the offset from stamps of one clock, each taken between two readings of the other.</summary>
    /// <remarks>
    /// CLOCK_TAI is ahead of CLOCK_REALTIME by whole seconds. If one whole second satisfies all readings, it is the offset, and
    /// its distance from the readings is the bound.
    /// </remarks>
    /// <returns>Null if there are no stamps.</returns>
    public static ClockOffset? From(IEnumerable<(long Before, ulong Stamp, long After)> stamps, bool wholeSeconds)
    {
        ClockOffset? best = null;
        long low = long.MinValue, high = long.MaxValue;
        foreach (var (before, stamp, after) in stamps)
        {
            var min = unchecked((long)stamp - after);
            var max = unchecked((long)stamp - before);
            low = Math.Max(low, min);
            high = Math.Min(high, max);
            var half = (max - min + 1) / 2;
            if (best is null || half < best.Value.BoundNanoseconds) best = new ClockOffset(min + (max - min) / 2, half);
        }

        if (best is null || low > high) return best; // a clock was set between two stamps: the narrowest stamp counts
        var middle = low + (high - low) / 2;
        var second = (long)Math.Round(middle / (double)Second) * Second;
        return wholeSeconds && second >= low && second <= high
            ? new ClockOffset(second, Math.Max(high - second, second - low))
            : new ClockOffset(middle, (high - low + 1) / 2);
    }
}
