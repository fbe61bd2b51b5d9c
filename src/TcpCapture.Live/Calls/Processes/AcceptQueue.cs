using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>
/// Tells which connection an accept returned, which its trace does not show.
/// </summary>
/// <remarks>
/// Theory of operation. The kernel hands connections out in the order in which they entered the queue, and each entered it
/// between two reports of its own. Where these spans do not overlap the order is known, and as long as one accept at a time
/// takes from the queue so is which took which. Otherwise nothing is guessed: the first call on the new descriptor that
/// shows the kernel's socket tells, and each one told leaves fewer for the others.
/// </remarks>
internal sealed class AcceptQueue
{
    /// <summary>Of connections nobody accepts, such as those of another namespace's listener at the same address.</summary>
    private const int MaxWaiting = 65_536;

    private readonly LinkedList<PendingConnection> _waiting = new();
    private readonly Dictionary<ulong, LinkedListNode<PendingConnection>> _byAddress = [];
    private readonly List<(ProgramSocket Socket, Timestamp Returned)> _unknown = [];
    private int _accepting;
    private Timestamp _lastReturn = new(long.MinValue);
    private bool _hasOverlapped;

    /// <summary>Listening sockets at this address: with more than one (SO_REUSEPORT) there are as many queues.</summary>
    public int Listeners { get; set; }

    /// <summary>
    /// Somebody else listens at this address as well, in another namespace say: connections of theirs, which the kernel's
    /// reports do not tell from these, are never accepted here.
    /// </summary>
    public bool IsShared { get; set; }

    /// <summary>Connections that wait.</summary>
    public IEnumerable<PendingConnection> Waiting => _waiting;

    /// <summary>A connection's socket was made.</summary>
    /// <returns>One that is forgotten for it, since there are too many; null if there are not.</returns>
    public PendingConnection? Add(PendingConnection child)
    {
        _byAddress[child.Address] = _waiting.AddLast(child);
        if (_waiting.Count <= MaxWaiting) return null;
        var oldest = _waiting.First!.Value;
        Remove(oldest);
        return oldest;
    }

    /// <summary>It waits no more.</summary>
    public void Remove(PendingConnection child)
    {
        if (_byAddress.Remove(child.Address, out var node)) _waiting.Remove(node);
    }

    /// <summary>An accept begins.</summary>
    public void BeginAccept() => _accepting++;

    /// <summary>An accept ends that returned no connection.</summary>
    public void FailAccept() => _accepting--;

    /// <summary>An accept ends that returned a connection.</summary>
    /// <returns>The connection, if that is certain.</returns>
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

    /// <summary>It is known, or given up, which connection a socket is.</summary>
    public void Settle(ProgramSocket accepted)
    {
        var at = _unknown.FindIndex(unknown => unknown.Socket == accepted);
        if (at >= 0) _unknown.RemoveAt(at);
    }

    /// <summary>A socket that can be only one connection any more; null if there is none.</summary>
    public (ProgramSocket Socket, PendingConnection Child)? Conclude()
    {
        foreach (var (socket, returned) in _unknown)
        {
            var candidate = _waiting.First;
            if (candidate is null || candidate.Value.Made > returned) continue;
            if (candidate.Next is null || candidate.Next.Value.Made > returned)
            {
                // If another unknown one could be it as well, nothing is certain.
                if (_unknown.Count(other => other.Returned >= candidate.Value.Made) > 1) continue;
                return (socket, candidate.Value);
            }
        }

        return null;
    }
}
