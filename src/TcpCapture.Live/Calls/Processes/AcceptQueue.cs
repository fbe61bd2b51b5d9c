using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>Determines which connection an accept returned; the trace of the call does not show it.</summary>
/// <remarks>
/// Theory of operation. The kernel returns connections in the order in which they entered the queue. Each connection
/// entered it between two kernel events: its socket was created (SYN_RECV), and its handshake completed. If these
/// intervals do not overlap, the order is known; if only one accept runs at a time, so is which accept took which
/// connection. Otherwise the socket stays unknown until the first call on the new descriptor that reports a kernel
/// address. Each socket identified this way leaves fewer candidates for the others.
/// </remarks>
internal sealed class AcceptQueue
{
    private const int MaxWaiting = 65_536; // limits connections that are never accepted, such as those of a foreign listener

    private readonly LinkedList<PendingConnection> _waiting = new();
    private readonly Dictionary<ulong, LinkedListNode<PendingConnection>> _byAddress = [];
    private readonly List<(ProgramSocket Socket, Timestamp Returned)> _unknown = [];
    private int _accepting;
    private Timestamp _lastReturn = new(long.MinValue);
    private bool _hasOverlapped;

    /// <summary>Listening sockets at this address. Several (SO_REUSEPORT) have a queue each, so the order is unknown.</summary>
    public int Listeners { get; set; }

    /// <summary>True if a foreign listener, such as one in another namespace, has this address and so connections here.</summary>
    public bool IsShared { get; set; }
    public IEnumerable<PendingConnection> Waiting => _waiting;

    /// <summary>Adds a connection; returns the oldest one if it was removed because the queue was full.</summary>
    public PendingConnection? Add(PendingConnection child)
    {
        _byAddress[child.Address] = _waiting.AddLast(child);
        if (_waiting.Count <= MaxWaiting) return null;
        var oldest = _waiting.First!.Value;
        Remove(oldest);
        return oldest;
    }

    public void Remove(PendingConnection child)
    {
        if (_byAddress.Remove(child.Address, out var node)) _waiting.Remove(node);
    }

    public void BeginAccept() => _accepting++;
    public void FailAccept() => _accepting--;

    /// <summary>Records that an accept returned a connection; returns the connection if it is certain.</summary>
    public PendingConnection? EndAccept(ProgramSocket accepted, Timestamp begin, Timestamp end)
    {
        _accepting--;
        _hasOverlapped = begin < _lastReturn || (_accepting > 0 && _waiting.Count > 1) || (_hasOverlapped && _unknown.Count > 0);
        _lastReturn = Timestamp.Max(_lastReturn, end);
        var first = _waiting.First?.Value;
        var isAlone = first is not null && _waiting.Count == 1 && _unknown.Count == 0;
        var isInOrder = first is { Established: { } established } && _waiting.First!.Next is { } second
            && second.Value.Made > established && Listeners == 1 && !IsShared && !_hasOverlapped && _unknown.Count == 0;
        if (isAlone || isInOrder)
        {
            Remove(first!);
            return first;
        }

        _unknown.Add((accepted, end));
        return null;
    }

    /// <summary>Removes an accepted socket from the unknown ones: its connection is identified, or will not be.</summary>
    public void Settle(ProgramSocket accepted)
    {
        var at = _unknown.FindIndex(unknown => unknown.Socket == accepted);
        if (at >= 0) _unknown.RemoveAt(at);
    }

    /// <summary>Finds a socket that has only one candidate left; null if there is none.</summary>
    public (ProgramSocket Socket, PendingConnection Child)? Deduce()
    {
        foreach (var (socket, returned) in _unknown)
        {
            var candidate = _waiting.First;
            if (candidate is null || candidate.Value.Made > returned) continue;
            if (candidate.Next is null || candidate.Next.Value.Made > returned)
            {
                // Uncertain if the connection is a candidate for another unknown socket too.
                if (_unknown.Count(other => other.Returned >= candidate.Value.Made) > 1) continue;
                return (socket, candidate.Value);
            }
        }

        return null;
    }
}

/// <summary>A connection of a listener that no accept has been seen to return.</summary>
internal sealed class PendingConnection(ulong address, Timestamp made)
{
    public ulong Address { get; } = address; // the kernel address of its socket
    public Timestamp Made { get; } = made; // when the socket was created (SYN_RECV)
    public Timestamp? Established { get; set; } // when the handshake completed; null before. The addresses are known from then on.
    public Endpoint? Local { get; set; }
    public Endpoint? Remote { get; set; }
    public TcpState State { get; set; } = TcpState.SynRecv;
}
