using TcpCapture.Model;

namespace TcpCapture.Export.PcapNg;

/// <summary>
/// The latest events, so that a cause can be named in words. A cause is nearly always a few events back; one that is further
/// back than is remembered is named by its number alone. So memory does not grow with the recording.
/// </summary>
internal sealed class PastEvents
{
    /// <summary>How many are remembered; a power of two.</summary>
    public const int Capacity = 4096;

    private readonly PastEvent[] _ring = new PastEvent[Capacity];

    public void Add(in TimelineEvent e) => _ring[e.Number & (Capacity - 1)] = e.IsReadable
        ? new PastEvent(e.Number, e.Kind, e.Side, e.Segment.Flags, e.Segment.Length, e.Frame, null)
        : new PastEvent(e.Number, e.Kind, e.Side, default, 0, e.Frame, e.Call?.Name);

    /// <summary>The event of that number, or null if it is too long ago.</summary>
    public PastEvent? Find(long number) =>
        number > 0 && _ring[number & (Capacity - 1)] is var past && past.Number == number ? past : null;
}

/// <summary>What is remembered of an event, to name it as the cause of a later one.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Side">Whose.</param>
/// <param name="Flags">A segment's flags.</param>
/// <param name="Length">A segment's payload in bytes.</param>
/// <param name="Frame">A segment's frame number.</param>
/// <param name="Call">A call's name.</param>
internal readonly record struct PastEvent(
    long Number, EventKind Kind, Side? Side, TcpFlags Flags, int Length, long Frame, string? Call);
