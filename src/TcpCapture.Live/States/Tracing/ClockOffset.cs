namespace TcpCapture.Live.States.Tracing;

/// <summary>How far one clock is ahead of another.</summary>
/// <param name="Nanoseconds">The offset.</param>
/// <param name="BoundNanoseconds">How far it may be wrong either way.</param>
internal readonly record struct ClockOffset(long Nanoseconds, long BoundNanoseconds)
{
    private const long Second = 1_000_000_000;

    /// <summary>
    /// The offset that stamps of one clock show, each taken between two readings of the other.
    /// </summary>
    /// <remarks>
    /// CLOCK_TAI is ahead of CLOCK_REALTIME by whole seconds, both being one clock: if a whole second lies between all
    /// readings, that is the offset, and how near the readings came to it says how far it is proved.
    /// </remarks>
    /// <returns>Null if there are no stamps.</returns>
    public static ClockOffset? From(IEnumerable<(long Before, ulong Stamp, long After)> stamps, bool wholeSeconds)
    {
        ClockOffset? best = null;
        long low = long.MinValue, high = long.MaxValue;
        foreach (var (before, stamp, after) in stamps)
        {
            var least = unchecked((long)stamp - after);
            var most = unchecked((long)stamp - before);
            low = Math.Max(low, least);
            high = Math.Min(high, most);
            var half = (most - least + 1) / 2;
            if (best is null || half < best.Value.BoundNanoseconds) best = new ClockOffset(least + (most - least) / 2, half);
        }

        if (best is null || low > high) return best; // a clock was set between two stamps: the narrowest one counts
        var middle = low + (high - low) / 2;
        var second = (long)Math.Round(middle / (double)Second) * Second;
        return wholeSeconds && second >= low && second <= high
            ? new ClockOffset(second, Math.Max(high - second, second - low))
            : new ClockOffset(middle, (high - low + 1) / 2);
    }
}
