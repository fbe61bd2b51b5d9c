using TcpCapture.Correlation;
using TcpCapture.Model;
using TcpCapture.Tracking;

namespace TcpCapture.Captures;

/// <summary>
/// What one thread has found out about its connections in a batch and others have to hear in the order of the capture. Each entry
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

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Begun.Clear();
        Marked.Clear();
        Ended.Clear();
    }

    /// <summary>What several threads have found out in one batch, in the order of the capture.</summary>
    /// <param name="outcomes">Each thread's.</param>
    /// <param name="kind">Which of its lists; what happened at one frame is all in the same thread's.</param>
    /// <param name="tell">Told of each.</param>
    public static void InOrder(IReadOnlyList<LaneOutcome> outcomes, Func<LaneOutcome, List<Happening>> kind, Action<Happening> tell)
    {
        Span<int> heads = stackalloc int[outcomes.Count];
        heads.Clear();
        while (true)
        {
            var (first, from) = (int.MaxValue, -1);
            for (var i = 0; i < outcomes.Count; i++)
            {
                var list = kind(outcomes[i]);
                if (heads[i] < list.Count && list[heads[i]].Index < first) (first, from) = (list[heads[i]].Index, i);
            }

            if (from < 0) return;
            tell(kind(outcomes[from])[heads[from]++]);
        }
    }

    /// <summary>Something that happened to a connection.</summary>
    /// <param name="Index">The place of the frame.</param>
    /// <param name="Connection">The connection.</param>
    /// <param name="Sender">Who sent a marked segment.</param>
    /// <param name="Marks">Its marks.</param>
    internal readonly record struct Happening(int Index, Connection Connection, Side Sender = default, SegmentMarks Marks = default);
}
