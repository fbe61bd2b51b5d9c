using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>
/// What was found out about the connections of a share of a batch and others have to hear in the order of the capture. Each entry
/// has the place of its frame in the batch.
/// </summary>
internal sealed class LaneOutcome
{
    /// <summary>Connections that have begun: they are to be numbered.</summary>
    public List<Happening> Begun { get; } = [];

    /// <summary>Segments that have marks.</summary>
    public List<Happening> Marked { get; } = [];

    /// <summary>Connections that have ended: nothing more will be said of them.</summary>
    public List<Happening> Ended { get; } = [];

    /// <summary>Creates one for each lane.</summary>
    public static LaneOutcome[] ForLanes() => [.. Enumerable.Range(0, Lanes.Count).Select(_ => new LaneOutcome())];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Begun.Clear();
        Marked.Clear();
        Ended.Clear();
    }

    /// <summary>What was found out in one batch, in the order of the capture.</summary>
    /// <param name="outcomes">Each share's.</param>
    /// <param name="kind">Which of its lists; what happened at one frame is all in the same share's.</param>
    /// <param name="tell">Told of each.</param>
    public static void InOrder(LaneOutcome[] outcomes, Func<LaneOutcome, List<Happening>> kind, Action<Happening> tell)
    {
        const int none = int.MaxValue;
        Span<int> taken = stackalloc int[outcomes.Length];
        Span<int> next = stackalloc int[outcomes.Length];
        for (var i = 0; i < outcomes.Length; i++)
        {
            taken[i] = 0;
            next[i] = kind(outcomes[i]) is { Count: > 0 } list ? list[0].Index : none;
        }

        while (true)
        {
            var first = 0;
            for (var i = 1; i < next.Length; i++) first = next[i] < next[first] ? i : first;
            if (next[first] == none) return;
            var list = kind(outcomes[first]);
            tell(list[taken[first]++]);
            next[first] = taken[first] < list.Count ? list[taken[first]].Index : none;
        }
    }

    /// <summary>Something that happened to a connection.</summary>
    /// <param name="Index">The place of the frame.</param>
    /// <param name="Connection">The connection.</param>
    /// <param name="Sender">Who sent a marked segment.</param>
    /// <param name="Marks">Its marks.</param>
    internal readonly record struct Happening(int Index, Connection Connection, Side Sender = default, SegmentMarks Marks = default);
}
