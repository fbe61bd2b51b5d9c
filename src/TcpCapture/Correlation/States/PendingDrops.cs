using TcpCapture.Model;

namespace TcpCapture.Correlation.States;

/// <summary>Packets that the kernel dropped, in order of time. Before Linux 6.11 it does not name the socket.</summary>
internal sealed class PendingDrops
{
    private const int MaxDrops = 1 << 18; // one second of a very busy host

    private readonly Queue<(Timestamp Time, string Reason, ulong Socket)> _drops = new();

    public bool IsEmpty => _drops.Count == 0;

    public void Add(KernelEvent report)
    {
        if (report.Reason is not { } reason) return;
        _drops.Enqueue((report.Time, reason, report.SocketAddress));
        if (_drops.Count > MaxDrops) _drops.Dequeue();
    }

    /// <summary>The drop of a packet in this period: of one of these sockets, else the first of an unknown one; null for none.</summary>
    public DroppedPacket? Find(Timestamp from, Timestamp until, ulong socket, ulong listener)
    {
        while (_drops.TryPeek(out var old) && old.Time < from) _drops.Dequeue();
        DroppedPacket? found = null;
        foreach (var (time, reason, of) in _drops)
        {
            if (time > until) break;
            if (of != 0 && (of == socket || of == listener)) return new DroppedPacket(reason, true);
            if (of == 0 || (socket == 0 && listener == 0)) found ??= new DroppedPacket(reason, false);
        }

        return found;
    }
}

/// <summary>A packet that the kernel dropped.</summary>
/// <param name="Reason">The kernel's reason (<c>include/net/dropreason-core.h</c>).</param>
/// <param name="IsOwn">True if the kernel names the socket; false if only the time agrees.</param>
internal readonly record struct DroppedPacket(string Reason, bool IsOwn);
