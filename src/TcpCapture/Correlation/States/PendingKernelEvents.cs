using System.Diagnostics.CodeAnalysis;
using TcpCapture.Model;

namespace TcpCapture.Correlation.States;

/// <summary>
/// What the kernel reported and no event has taken yet, by socket. Like samples it comes a second ahead of the events
/// around it, so a change that follows from a segment can ask at once whether, and when, the kernel made it.
/// </summary>
/// <remarks>
/// Two holes of the trace are closed here. A socket that connects has no port yet when it enters SYN_SENT: its later events,
/// known by the socket's address, tell which it was. And LISTEN → SYN_RECV is reported only when the handshake ends, for
/// until then there is no full socket: it is left to the SYN-ACK to tell.
/// </remarks>
internal sealed class PendingKernelEvents
{
    /// <summary>How far the kernel's stamp of a change may be from the segment's that caused it, or that it sent.</summary>
    private const long ToleranceNanoseconds = 20_000_000;

    /// <summary>No reset that is reported so long ago, or so far ahead, is looked for any more.</summary>
    private const long StaleNanoseconds = 2 * ToleranceNanoseconds;

    /// <summary>They come a second ahead of the segments: that many resets a second are distinguished.</summary>
    private const int MostResets = 1 << 16;

    /// <summary>A second of packets thrown away on the busiest host: they come that far ahead of the segments.</summary>
    private const int MostDrops = 1 << 18;

    /// <summary>Connects whose port is not known yet; a kernel under load has some hundreds in that state at once.</summary>
    private const int MostPortless = 4096;

    private readonly Dictionary<FourTuple, LinkedList<KernelEvent>> _changes = [];
    private readonly Dictionary<ulong, LinkedListNode<KernelEvent>> _portless = [];
    private readonly LinkedList<KernelEvent> _portlessByAge = new();
    private readonly Queue<KernelEvent> _due = new();
    private readonly Queue<(Timestamp Time, string? Reason)> _drops = new();
    private readonly LinkedList<KernelEvent> _resets = new();

    private Timestamp? _latestGap;

    /// <summary>True while the kernel reports: then the lack of a report says something too.</summary>
    public bool IsTracing { get; private set; }

    /// <summary>True if no report of a change waits to be taken.</summary>
    public bool HasNoChange => _changes.Count == 0 && _portless.Count == 0;

    /// <summary>Reports held until events reach them.</summary>
    public int Held => _due.Count;

    /// <summary>Connects held until their port is known.</summary>
    public int HeldPortless => _portless.Count;

    /// <summary>
    /// True if no report was lost since then. A loss that lies ahead counts as well: it is known when it ended, and only that
    /// it began some time before.
    /// </summary>
    public bool IsWholeSince(Timestamp since) => IsTracing && (_latestGap is not { } gap || gap < since);

    public void Add(KernelEvent report)
    {
        IsTracing = report.Kind != KernelEventKind.Gap;
        switch (report.Kind)
        {
            case KernelEventKind.Gap:
                _latestGap = _latestGap is { } known ? Timestamp.Max(known, report.Time) : report.Time;
                break;
            // A close after a shutdown is reported as FIN_WAIT1 to FIN_WAIT1, wherever the socket is by then: no change.
            case KernelEventKind.StateChange when report is { NewState: { } to, OldState: { } from } && from != to:
                AddChange(report);
                break;
            case KernelEventKind.SendReset:
                _resets.AddLast(report);
                if (_resets.Count > MostResets) _resets.RemoveFirst();
                break;
            case KernelEventKind.Drop:
                _drops.Enqueue((report.Time, report.Reason));
                if (_drops.Count > MostDrops) _drops.Dequeue();
                break;
        }
    }

    /// <summary>Takes the report of a change to <paramref name="to"/> made around <paramref name="time"/>.</summary>
    /// <param name="end">The socket's addresses.</param>
    /// <param name="socket">The kernel's address of it; 0 if no kernel event has shown it yet.</param>
    /// <param name="to">The state it entered.</param>
    /// <param name="time">When the change is thought to have been made.</param>
    /// <param name="notBefore">It cannot have been made before; null if nothing is known.</param>
    /// <param name="notAfter">The last moment it can have been made; null if nothing is known.</param>
    /// <remarks>
    /// Another namespace may have a socket with the same addresses. One that is known is told by where it is kept; else the
    /// report nearest in time is taken.
    /// </remarks>
    public KernelEvent? TakeChange(FourTuple end, ulong socket, TcpState to, Timestamp time, Timestamp? notBefore, Timestamp? notAfter)
    {
        if (!_changes.TryGetValue(end, out var reports))
            return to == TcpState.SynSent ? TakePortless(end.Remote, time, notBefore) : null;
        LinkedListNode<KernelEvent>? found = null;
        for (var node = reports.First; node is not null; node = node.Next)
        {
            if (IsAnothers(node.Value, socket) || !Shows(node.Value, to, time)) continue;
            if (!IsWithin(node.Value, Timestamp.Min(time, notBefore ?? time), Timestamp.Max(time, notAfter ?? time))) continue;
            if (found is null || Distance(node.Value, time) < Distance(found.Value, time)) found = node;
        }

        if (found is null) return null;
        reports.Remove(found);
        if (reports.Count == 0) _changes.Remove(end);
        return found.Value;
    }

    /// <summary>True if a change to <paramref name="to"/> around <paramref name="time"/> is reported and not yet taken.</summary>
    public bool HasChange(FourTuple end, ulong socket, TcpState to, Timestamp time)
    {
        if (!_changes.TryGetValue(end, out var reports)) return false;
        foreach (var report in reports)
            if (!IsAnothers(report, socket) && Shows(report, to, time) && IsWithin(report, time, time)) return true;
        return false;
    }

    /// <summary>Takes the report of the RST that <paramref name="sender"/> sent around <paramref name="time"/>: the nearest.</summary>
    public KernelEvent? TakeReset(FourTuple sender, ulong socket, Timestamp time)
    {
        LinkedListNode<KernelEvent>? found = null;
        while (_resets.First is { } old && time - old.Value.Time > StaleNanoseconds) _resets.RemoveFirst();
        for (var node = _resets.First; node is not null; node = node.Next)
        {
            var report = node.Value;
            if (report.Time - time > StaleNanoseconds) break; // the rest is later still, but for what its CPU delivered late
            // One that refuses a segment may be a listener's, a mini-socket's or nobody's; one that a call causes is the socket's own.
            if (!IsOf(report, sender) || (report.SegmentAddress == 0 && IsAnothers(report, socket))) continue;
            if (Distance(report, time) > ToleranceNanoseconds) continue;
            if (found is null || Distance(report, time) < Distance(found.Value, time)) found = node;
        }

        if (found is not null) _resets.Remove(found);
        return found?.Value;
    }

    /// <summary>The kernel's word for why it threw a packet away at that moment; null if it reported no such thing.</summary>
    public string? FindDrop(Timestamp from, Timestamp until)
    {
        while (_drops.TryPeek(out var old) && old.Time < from) _drops.Dequeue();
        return _drops.TryPeek(out var drop) && drop.Time <= until ? drop.Reason : null;
    }

    /// <summary>Takes the earliest report that is due by <paramref name="now"/> and that no event has taken.</summary>
    public bool TryTakeDue(Timestamp now, [NotNullWhen(true)] out KernelEvent? report)
    {
        while (_due.TryPeek(out var first) && first.Time <= now)
        {
            if (TakeEarliest() is not { } earliest) continue;
            report = earliest;
            return true;
        }

        report = null;
        return false;
    }

    /// <summary>Lets go of the earliest report; null if an event has taken it.</summary>
    public KernelEvent? TakeEarliest()
    {
        var report = _due.Dequeue();
        if (!_changes.TryGetValue(report.FourTuple, out var reports) || !reports.Remove(report)) return null;
        if (reports.Count == 0) _changes.Remove(report.FourTuple);
        return report;
    }

    /// <summary>True if the report is of another socket than the one that is known.</summary>
    public static bool IsAnothers(KernelEvent report, ulong socket) =>
        socket != 0 && report.SocketAddress != 0 && report.SocketAddress != socket;

    private static long Distance(KernelEvent report, Timestamp time) => Math.Abs(report.Time - time);

    /// <summary>An RST that a listener sends, for a handshake it has no room for, is reported with the listener's own addresses.</summary>
    private static bool IsOf(KernelEvent reset, FourTuple sender) =>
        reset.FourTuple == sender || reset.FourTuple.Reverse() == sender
        || (reset.Remote.Port == 0 && reset.Local.Port == sender.Local.Port && (reset.Local == sender.Local || reset.Local.IsAnyAddress));

    private void AddChange(KernelEvent report)
    {
        var first = RemovePortless(report.SocketAddress);
        if (report.Local.Port == 0)
        {
            // One that enters CLOSED so has found no port to connect from: no segment was sent, nobody will ask.
            if (report.NewState == TcpState.SynSent) AddPortless(report);
            return;
        }

        if (first?.Remote == report.Remote) File(first with { Local = report.Local });
        File(report);
    }

    private void AddPortless(KernelEvent report)
    {
        if (_portless.Count == MostPortless) RemovePortless(_portlessByAge.First!.Value.SocketAddress);
        _portless.Add(report.SocketAddress, _portlessByAge.AddLast(report));
    }

    private KernelEvent? RemovePortless(ulong socket)
    {
        if (!_portless.Remove(socket, out var node)) return null;
        _portlessByAge.Remove(node);
        return node.Value;
    }

    private void File(KernelEvent report)
    {
        if (!_changes.TryGetValue(report.FourTuple, out var reports)) _changes.Add(report.FourTuple, reports = new LinkedList<KernelEvent>());
        reports.AddLast(report);
        _due.Enqueue(report);
    }

    private KernelEvent? TakePortless(Endpoint remote, Timestamp time, Timestamp? notBefore)
    {
        KernelEvent? found = null;
        foreach (var report in _portlessByAge)
        {
            if (report.Remote != remote) continue;
            if (report.Time.Nanoseconds > time.Nanoseconds + ToleranceNanoseconds || report.Time < notBefore) continue;
            if (found is null || report.Time < found.Time) found = report;
        }

        if (found is not null) RemovePortless(found.SocketAddress);
        return found;
    }

    /// <summary>
    /// True if the report is of that change. LISTEN → SYN_RECV is not: it comes when the state ends. TIME_WAIT is a
    /// mini-socket's, and the full socket it takes over from is reported CLOSED; if that was before the FIN which leads to
    /// TIME_WAIT, the mini-socket began in FIN_WAIT_2 already, and its change is not reported.
    /// </summary>
    private static bool Shows(KernelEvent report, TcpState to, Timestamp time) => to switch
    {
        TcpState.TimeWait => LeavesMiniSocket(report) && report.Time >= time,
        TcpState.SynRecv => report is { NewState: TcpState.SynRecv, OldState: TcpState.SynSent },
        _ => report.NewState == to && !LeavesMiniSocket(report),
    };

    /// <summary>A thread may be put aside at any point of its call, so between its bounds a call's change has all the time.</summary>
    private static bool IsWithin(KernelEvent report, Timestamp first, Timestamp last) =>
        first - report.Time <= ToleranceNanoseconds && report.Time - last <= ToleranceNanoseconds;

    /// <summary>True if the full socket ended but its connection goes on in a mini-socket.</summary>
    public static bool LeavesMiniSocket(KernelEvent report) =>
        report is { NewState: TcpState.Closed, OldState: TcpState.FinWait2 or TcpState.Closing };
}
