namespace TcpCapture.Findings;

/// <summary>Minimum, maximum and median of delays; beyond <see cref="Capacity"/> the median is of a sample.</summary>
internal sealed class DelayStatistics
{
    private const int Capacity = 1 << 16;

    private readonly List<long> _kept = [];
    private long _stride = 1;

    public long Count { get; private set; }

    /// <summary>In nanoseconds.</summary>
    public long Min { get; private set; } = long.MaxValue;

    /// <summary>In nanoseconds.</summary>
    public long Max { get; private set; } = long.MinValue;

    public void Add(long nanoseconds)
    {
        Min = Math.Min(Min, nanoseconds);
        Max = Math.Max(Max, nanoseconds);
        if (Count++ % _stride != 0) return;
        _kept.Add(nanoseconds);
        if (_kept.Count < Capacity) return;
        for (var i = 0; i < Capacity / 2; i++) _kept[i] = _kept[2 * i];
        _kept.RemoveRange(Capacity / 2, Capacity / 2);
        _stride *= 2;
    }

    /// <summary>The median in nanoseconds; of an even number of delays, the lower middle one.</summary>
    public long Median()
    {
        var sorted = _kept.ToArray();
        Array.Sort(sorted);
        return sorted[(sorted.Length - 1) / 2];
    }
}
