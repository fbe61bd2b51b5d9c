using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// Matches segments that were split or joined on the way: network cards split large segments (TSO, GSO) and join them (LRO,
/// GRO), and captures see the large ones. A sent segment has arrived when its last byte has.
/// </summary>
/// <param name="sink">Receives what is found.</param>
internal sealed class SegmentPieces(IPieceSink sink)
{
    /// <summary>Maximum number of segments held per direction of a connection; beyond it the oldest are given up.</summary>
    private const int MaxHeld = 4096;

    private readonly Dictionary<FourTuple, Flow> _flows = [];

    /// <summary>Adds a segment without a counterpart and finds segments that share its bytes.</summary>
    /// <param name="flow">Its addresses as the first host sees them.</param>
    /// <param name="entry">The segment.</param>
    /// <param name="isSent">True if its own host sent it.</param>
    public void Add(FourTuple flow, PendingSegments.Entry entry, bool isSent)
    {
        if (!_flows.TryGetValue(flow, out var known)) _flows.Add(flow, known = new Flow([], []));
        var (own, others) = isSent ? (known.Sent, known.Arrived) : (known.Arrived, known.Sent);
        if (own.Count == MaxHeld) Give(own.First!, isOver: false);
        for (var node = others.First; node is not null;)
        {
            var other = node.Value;
            var next = node.Next;
            if (other.IsTaken) others.Remove(node);
            else if (isSent) Share(entry, other);
            else Share(other, entry);
            node = next;
        }

        if (!entry.IsTaken) own.AddLast(entry);
    }

    /// <summary>Ends the stream: segments that arrived in part are reported.</summary>
    public void Finish()
    {
        foreach (var flow in _flows.Values)
            while (flow.Sent.First is { } first) Give(first, isOver: true);
    }

    private void Share(PendingSegments.Entry sent, PendingSegments.Entry arrived)
    {
        if (sent.IsTaken || arrived.IsTaken || sent.Stamps != arrived.Stamps || SharedBytes(sent, arrived) is not (> 0 and var shared)) return;
        sent.Covered += shared;
        arrived.Covered += shared;
        if (sent.LastPiece is null || arrived.Frame > sent.LastPiece.Frame) sent.LastPiece = arrived;
        sink.OnPiece(sent, arrived, arrived.Covered >= arrived.Length);
        if (sent.Covered >= sent.Length) sink.OnArrived(sent, sent.LastPiece, missing: 0);
    }

    /// <summary>Gives up a segment that has not arrived completely. Its missing bytes are known at the end only.</summary>
    private void Give(LinkedListNode<PendingSegments.Entry> node, bool isOver)
    {
        node.List!.Remove(node);
        if (node.Value is { IsTaken: false, LastPiece: { } last } sent) sink.OnArrived(sent, last, isOver ? sent.Length - sent.Covered : 0);
    }

    /// <summary>Equal bounds mean the same segment, not a piece.</summary>
    private static int SharedBytes(PendingSegments.Entry one, PendingSegments.Entry other)
    {
        // Sequence numbers wrap; segments that share bytes are within a window of each other.
        var distance = unchecked((int)(other.Seq - one.Seq));
        if (distance == 0 && one.Length == other.Length) return 0;
        return (int)Math.Max(0, Math.Min((long)one.Length, (long)distance + other.Length) - Math.Max(0, (long)distance));
    }

    private readonly record struct Flow(LinkedList<PendingSegments.Entry> Sent, LinkedList<PendingSegments.Entry> Arrived);
}

/// <summary>Receives what is found about segments that were split or joined on the way.</summary>
internal interface IPieceSink
{
    /// <summary>An arrived segment has bytes of a sent one.</summary>
    /// <param name="sent">The sent segment.</param>
    /// <param name="arrived">The arrived segment.</param>
    /// <param name="isAccountedFor">True if all its bytes are now found in sent segments.</param>
    void OnPiece(PendingSegments.Entry sent, PendingSegments.Entry arrived, bool isAccountedFor);

    /// <summary>The last byte of a sent segment has arrived, or no more will.</summary>
    /// <param name="sent">The segment.</param>
    /// <param name="last">The arrived segment with that byte.</param>
    /// <param name="missing">The number of its bytes that did not arrive.</param>
    void OnArrived(PendingSegments.Entry sent, PendingSegments.Entry last, int missing);
}
