using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>Matches segments that were split or joined on the way. A sent segment has arrived when its last byte has.</summary>
// Network cards split large segments (TSO, GSO) and join them (LRO, GRO), and captures see the large ones.
internal sealed class SegmentPieces(IPieceSink sink)
{
    /// <summary>Maximum number of segments held per direction of a connection; beyond it, the oldest are dropped.</summary>
    private const int MaxHeld = 4096;

    private readonly Dictionary<FourTuple, Flow> _flows = [];

    /// <summary>Adds a segment without a counterpart and finds segments that share its bytes.</summary>
    // The flow is its addresses at the first host; isSent is true if its own host sent it.
    public void Add(FourTuple flow, PendingSegments.Entry entry, bool isSent)
    {
        if (!_flows.TryGetValue(flow, out var known)) _flows.Add(flow, known = new Flow([], []));
        var (own, others) = isSent ? (known.Sent, known.Arrived) : (known.Arrived, known.Sent);
        if (own.Count == MaxHeld) GiveUp(own.First!, isAtEnd: false);
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

    /// <summary>Ends the stream and reports segments that arrived in part.</summary>
    public void Finish()
    {
        foreach (var flow in _flows.Values)
            while (flow.Sent.First is { } first) GiveUp(first, isAtEnd: true);
    }

    private void Share(PendingSegments.Entry sent, PendingSegments.Entry arrived)
    {
        if (sent.IsTaken || arrived.IsTaken || sent.Stamps != arrived.Stamps) return;
        if (SharedBytes(sent, arrived) is not (> 0 and var shared)) return;
        sent.Covered += shared;
        arrived.Covered += shared;
        if (sent.LastPiece is null || arrived.Frame > sent.LastPiece.Frame) sent.LastPiece = arrived;
        sink.OnPiece(sent, arrived, arrived.Covered >= arrived.Length);
        if (sent.Covered >= sent.Length) sink.OnArrived(sent, sent.LastPiece, missing: 0);
    }

    /// <summary>Drops a segment that has not arrived completely. Its missing bytes are known only at the end.</summary>
    private void GiveUp(LinkedListNode<PendingSegments.Entry> node, bool isAtEnd)
    {
        node.List!.Remove(node);
        if (node.Value is { IsTaken: false, LastPiece: { } last } sent)
            sink.OnArrived(sent, last, isAtEnd ? sent.Length - sent.Covered : 0);
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

/// <summary>Receives segments that were split or joined on the way.</summary>
internal interface IPieceSink
{
    /// <summary>An arrived segment has bytes of a sent one; accounted for if all its bytes are now found in sent segments.</summary>
    void OnPiece(PendingSegments.Entry sent, PendingSegments.Entry arrived, bool isAccountedFor);

    /// <summary>The last byte of a sent segment arrived in <paramref name="last"/>, or the other bytes are missing.</summary>
    void OnArrived(PendingSegments.Entry sent, PendingSegments.Entry last, int missing);
}
