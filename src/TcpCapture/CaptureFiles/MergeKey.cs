namespace TcpCapture.CaptureFiles;

/// <summary>Which of several files comes next: the one whose frame is earlier, or the one named first.</summary>
/// <param name="Time">Nanoseconds since 1970.</param>
/// <param name="Order">The file's place among the arguments.</param>
internal readonly record struct MergeKey(long Time, int Order) : IComparable<MergeKey>
{
    public int CompareTo(MergeKey other) => Time != other.Time ? Time.CompareTo(other.Time) : Order.CompareTo(other.Order);
}
