using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>The results of one lane for a batch that must be emitted in the order of the capture.</summary>
internal sealed class LaneOutcome
{
    public List<Happening> Begun { get; } = []; // connections that began and need a number
    public List<Happening> Marked { get; } = []; // segments with marks
    public List<Happening> Passed { get; } = []; // connections that began, were opened or ended, which the diagnosis needs in order

    public static LaneOutcome[] ForLanes() => [.. Enumerable.Range(0, Lanes.Count).Select(_ => new LaneOutcome())];

    public void Clear()
    {
        Begun.Clear();
        Marked.Clear();
        Passed.Clear();
    }

    /// <summary>Merges one list of all shares in the order of the capture; a frame belongs to one share.</summary>
    public static void InOrder(LaneOutcome[] outcomes, Func<LaneOutcome, List<Happening>> kind, Action<Happening> emit)
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
            emit(list[taken[first]++]);
            next[first] = taken[first] < list.Count ? list[taken[first]].Index : none;
        }
    }

    /// <summary>An entry: the index of the frame in the batch, and the sender and marks of a marked segment.</summary>
    internal readonly record struct Happening(
        int Index, Connection Connection, Side Sender = default, SegmentMarks Marks = default, Passage Passage = default);

    /// <summary>What happened to a connection.</summary>
    internal enum Passage : byte
    {
        Began,
        Opened,
        Ended,
    }
}
