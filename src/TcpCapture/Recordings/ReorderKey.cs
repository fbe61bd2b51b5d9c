namespace TcpCapture.Recordings;

/// <summary>The place of an observation in the one order of a recording.</summary>
/// <param name="Time">Nanoseconds since 1970.</param>
/// <param name="Rank">At equal times: 0 calls, 1 frames, 2 samples, 3 owners.</param>
/// <param name="Call">Between calls at one time: their number, so that calls of two threads have an order of their own.</param>
/// <param name="Arrival">At last the order of arrival, which within one source is always the same.</param>
internal readonly record struct ReorderKey(long Time, int Rank, long Call, long Arrival) : IComparable<ReorderKey>
{
    public int CompareTo(ReorderKey other)
    {
        var order = Time.CompareTo(other.Time);
        if (order == 0) order = Rank.CompareTo(other.Rank);
        if (order == 0) order = Call.CompareTo(other.Call);
        return order != 0 ? order : Arrival.CompareTo(other.Arrival);
    }
}
