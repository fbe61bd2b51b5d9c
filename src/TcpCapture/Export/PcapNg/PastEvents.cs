using TcpCapture.Model;

namespace TcpCapture.Export.PcapNg;

/// <summary>The latest events, to name causes in words; an older cause is named by its number only.</summary>
internal sealed class PastEvents
{
    public const int Capacity = 4096; // a power of two

    private readonly PastEvent[] _ring = new PastEvent[Capacity];

    public void Add(in TimelineEvent e) => _ring[e.Number & (Capacity - 1)] = e.IsReadable
        ? new PastEvent(e.Number, e.Kind, e.Side, e.Segment.Flags, e.Segment.Length, e.Frame, null)
        : new PastEvent(e.Number, e.Kind, e.Side, default, 0, e.Frame, e.Call?.Name);

    /// <summary>The event with that number; null if it is too old.</summary>
    public PastEvent? Find(long number) =>
        number > 0 && _ring[number & (Capacity - 1)] is var past && past.Number == number ? past : null;
}

/// <summary>The properties of an event that name it as a cause: flags, length and frame of a segment, or the name of a call.</summary>
internal readonly record struct PastEvent(
    long Number, EventKind Kind, Side? Side, TcpFlags Flags, int Length, long Frame, string? Call);
