namespace TcpCapture.Findings;

/// <summary>
/// Least, median and most of many delays, in bounded memory: beyond <see cref="Capacity"/> every second, then every fourth one
/// and so on counts for the median; least and most are of all.
/// </summary>
internal sealed class DelayStatistics
{
    private const int Capacity = 1 << 16;

    private readonly List<long> _kept = [];
    private long _stride = 1;

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>The least, in nanoseconds.</summary>
    public long Least { get; private set; } = long.MaxValue;

    /// <summary>The most, in nanoseconds.</summary>
    public long Most { get; private set; } = long.MinValue;

    public void Add(long nanoseconds)
    {
        Least = Math.Min(Least, nanoseconds);
        Most = Math.Max(Most, nanoseconds);
        if (Count++ % _stride != 0) return;
        _kept.Add(nanoseconds);
        if (_kept.Count < Capacity) return;
        for (var i = 0; i < Capacity / 2; i++) _kept[i] = _kept[2 * i];
        _kept.RemoveRange(Capacity / 2, Capacity / 2);
        _stride *= 2;
    }

    /// <summary>The median, in nanoseconds; of an even number the lower of the two.</summary>
    public long Median()
    {
        var sorted = _kept.ToArray();
        Array.Sort(sorted);
        return sorted[(sorted.Length - 1) / 2];
    }
}
