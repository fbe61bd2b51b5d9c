namespace TcpCapture.PeerTools.Tcptrace;

/// <summary>Count, extremes, mean and deviation of round-trip times in ns.</summary>
internal struct RoundTripSamples
{
    private double _sum;
    private double _sumOfSquares;

    public long Count { get; private set; }
    public long Min { get; private set; }
    public long Max { get; private set; }
    public readonly double Average => Count == 0 ? 0 : _sum / Count;

    /// <summary>The sample standard deviation; null for fewer than two samples.</summary>
    public readonly double? Deviation =>
        Count < 2 ? null : Math.Sqrt(Math.Max(0, (_sumOfSquares - _sum * _sum / Count) / (Count - 1)));

    public void Add(long nanoseconds)
    {
        if (Count == 0 || nanoseconds < Min) Min = nanoseconds;
        if (Count == 0 || nanoseconds > Max) Max = nanoseconds;
        Count++;
        _sum += nanoseconds;
        _sumOfSquares += (double)nanoseconds * nanoseconds;
    }
}
