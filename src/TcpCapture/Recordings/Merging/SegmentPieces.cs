using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>
/// Data that left one host in other segments than it reached the other in: network cards cut large segments into those that the
/// wire takes (TSO, GSO) and put them together again (LRO, GRO), and captures see the large ones. What was sent has arrived
/// when its last byte has.
/// </summary>
/// <param name="sink">Told of what is found.</param>
internal sealed class SegmentPieces(IPieceSink sink)
{
    /// <summary>Most segments held of one direction of a connection: beyond it the oldest are taken as they are.</summary>
    private const int MostHeld = 4096;

    private readonly Dictionary<FourTuple, Flow> _flows = [];

    /// <summary>Takes a segment that has no counterpart of its own, and finds those it shares bytes with.</summary>
    /// <param name="flow">Its addresses as the first host sees them.</param>
    /// <param name="entry">The segment.</param>
    /// <param name="isSent">True if its own host sent it.</param>
    public void Add(FourTuple flow, PendingSegments.Entry entry, bool isSent)
    {
        if (!_flows.TryGetValue(flow, out var known)) _flows.Add(flow, known = new Flow([], []));
        var (own, others) = isSent ? (known.Sent, known.Arrived) : (known.Arrived, known.Sent);
        if (own.Count == MostHeld) Give(own.First!, isOver: false);
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

    /// <summary>Nothing more comes: what has arrived in part has arrived so far.</summary>
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

    /// <summary>Takes a segment that has not arrived as a whole for what it is; only once all is over its rest is known to be missing.</summary>
    private void Give(LinkedListNode<PendingSegments.Entry> node, bool isOver)
    {
        node.List!.Remove(node);
        if (node.Value is { IsTaken: false, LastPiece: { } last } sent) sink.OnArrived(sent, last, isOver ? sent.Length - sent.Covered : 0);
    }

    /// <summary>What is cut nowhere is no piece, but the same segment: it will be found, or has been lost.</summary>
    private static int SharedBytes(PendingSegments.Entry one, PendingSegments.Entry other)
    {
        // Both begin within a window of each other, or share nothing.
        var distance = unchecked((int)(other.Seq - one.Seq));
        if (distance == 0 && one.Length == other.Length) return 0;
        return (int)Math.Max(0, Math.Min((long)one.Length, (long)distance + other.Length) - Math.Max(0, (long)distance));
    }

    private readonly record struct Flow(LinkedList<PendingSegments.Entry> Sent, LinkedList<PendingSegments.Entry> Arrived);
}
