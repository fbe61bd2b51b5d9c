using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>
/// Kernel events by the end they belong to, each list in the order of time. They come ahead of the events around them
/// (<c>ReorderWindow.SampleLookahead</c>). Bounded: beyond the bound the ends that were told of first are forgotten.
/// </summary>
/// <remarks>
/// CLOSED to SYN_SENT may come before the kernel has chosen the port. It is kept by socket, and joins its end with the next
/// event of the same socket, which has the port. An address in the kernel is given again, so a newer socket's first event
/// takes the place of an older one that never went on.
/// </remarks>
internal sealed class TraceBook(int capacity = TraceBook.DefaultCapacity)
{
    public const int DefaultCapacity = 1 << 16;

    private readonly Dictionary<FourTuple, (List<KernelEvent> Events, LinkedListNode<FourTuple> Place)> _ends = [];
    private readonly LinkedList<FourTuple> _order = new();
    private readonly Dictionary<ulong, KernelEvent> _portless = [];
    private int _count;

    /// <summary>Events that were forgotten for want of room.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Keeps an event; drops, which belong to no end, are not kept.</summary>
    public void Add(KernelEvent trace)
    {
        if (trace.Kind == KernelEventKind.Drop) return;
        if (trace.Local.Port == 0)
        {
            if (trace.SocketAddress == 0) return;
            if (_portless.Count >= capacity && !_portless.ContainsKey(trace.SocketAddress)) ForgetPortless();
            if (_portless.ContainsKey(trace.SocketAddress)) Forgotten++;
            _portless[trace.SocketAddress] = trace;
            return;
        }

        if (trace.Kind != KernelEventKind.RetransmitSynAck
            && _portless.Remove(trace.SocketAddress, out var first) && first.Remote == trace.Remote)
        {
            Keep(trace.FourTuple, first with { Local = trace.Local });
        }

        Keep(trace.FourTuple, trace);
    }

    /// <summary>What is known of an end, in the order of time; of all sockets that had these addresses.</summary>
    public IReadOnlyList<KernelEvent> Of(in FourTuple end) => _ends.TryGetValue(end, out var known) ? known.Events : [];

    /// <summary>Lets go of what is known of an end.</summary>
    public void Forget(in FourTuple end)
    {
        if (!_ends.Remove(end, out var known)) return;
        _order.Remove(known.Place);
        _count -= known.Events.Count;
    }

    private void Keep(FourTuple end, KernelEvent trace)
    {
        if (!_ends.TryGetValue(end, out var known)) _ends.Add(end, known = ([], _order.AddLast(end)));
        known.Events.Add(trace);
        _count++;
        while (_count > capacity)
        {
            var oldest = _order.First!.Value;
            Forgotten += _ends[oldest].Events.Count;
            Forget(oldest);
        }
    }

    private void ForgetPortless()
    {
        Forgotten += _portless.Count;
        _portless.Clear();
    }
}
