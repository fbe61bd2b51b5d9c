using System.Diagnostics.CodeAnalysis;
using TcpCapture.Model;

namespace TcpCapture.Correlation.States;

/// <summary>Kernel events that no segment or call has taken yet, by socket.</summary>
// The trace has two gaps. A connecting socket has no port yet when it enters SYN_SENT: its later events, matched by the kernel
// address of the socket, supply the port. And LISTEN → SYN_RECV is reported only when the handshake ends, because no full socket
// exists before: the SYN-ACK shows that change instead.
internal sealed class PendingKernelEvents
{
    /// <summary>Maximum difference between the times of a change and of the segment that caused it or that it sent.</summary>
    private const long ToleranceNanoseconds = 20_000_000;

    /// <summary>Reported resets older or newer than this are not matched.</summary>
    private const long StaleNanoseconds = 2 * ToleranceNanoseconds;
    private const int MaxResets = 1 << 16; // limit of pending resets: those of one second, the lead of kernel events
    private const int MaxErrors = 1 << 16; // limit of pending errors of sockets: one second of a very busy host

    /// <summary>How long after the change to CLOSED the kernel reports the error that caused it (measured: 30 µs).</summary>
    private const long ErrorLagNanoseconds = 1_000_000;

    /// <summary>Limit of connects without a known port; a loaded kernel has some hundreds at once.</summary>
    private const int MaxPortless = 4096;

    private readonly Dictionary<FourTuple, LinkedList<KernelEvent>> _changes = [];
    private readonly Dictionary<ulong, LinkedListNode<KernelEvent>> _portless = [];
    private readonly LinkedList<KernelEvent> _portlessByAge = new();
    private readonly Queue<KernelEvent> _due = new();
    private readonly LinkedList<KernelEvent> _resets = new();
    private readonly Queue<KernelEvent> _errors = new();
    private readonly Dictionary<FourTuple, KernelEvent> _latestErrors = [];

    private Timestamp? _latestGap;

    /// <summary>True while the kernel is traced: then a missing kernel event is evidence too.</summary>
    public bool IsTracing { get; private set; }

    public PendingDrops Drops { get; } = new();
    public bool HasNoChange => _changes.Count == 0 && _portless.Count == 0;
    public int Count => _due.Count;
    public int PortlessCount => _portless.Count;

    /// <summary>True if no kernel event was lost since; later losses count, as their beginning is unknown.</summary>
    public bool IsWholeSince(Timestamp since) => IsTracing && (_latestGap is not { } gap || gap < since);

    public void Add(KernelEvent report)
    {
        IsTracing = report.Kind != KernelEventKind.Gap;
        switch (report.Kind)
        {
            case KernelEventKind.Gap:
                _latestGap = _latestGap is { } known ? Timestamp.Max(known, report.Time) : report.Time;
                break;
            // The kernel reports a close after a shutdown as FIN_WAIT1 to FIN_WAIT1, in any state: no change.
            case KernelEventKind.StateChange when report is { NewState: { } to, OldState: { } from } && from != to:
                AddChange(report);
                break;
            case KernelEventKind.SendReset:
                _resets.AddLast(report);
                if (_resets.Count > MaxResets) _resets.RemoveFirst();
                break;
            case KernelEventKind.SocketError:
                _errors.Enqueue(report);
                _latestErrors[report.FourTuple] = report;
                if (_errors.Count > MaxErrors) TakeError();
                break;
            case KernelEventKind.Drop:
                Drops.Add(report);
                break;
        }
    }

    /// <summary>Takes the kernel event of a change to <paramref name="to"/> around <paramref name="time"/>.</summary>
    // It is of this socket if its kernel address is known (else 0), as another namespace can have the same addresses; else it
    // is the nearest in time. The bounds are those of the change's time; null if unknown.
    public KernelEvent? TakeChange(FourTuple end, ulong socket, TcpState to, Timestamp time, Timestamp? notBefore, Timestamp? notAfter)
    {
        if (!_changes.TryGetValue(end, out var reports))
            return to == TcpState.SynSent ? TakePortless(end.Remote, time, notBefore) : null;
        LinkedListNode<KernelEvent>? found = null;
        for (var node = reports.First; node is not null; node = node.Next)
        {
            if (IsForeign(node.Value, socket) || !Shows(node.Value, to, time)) continue;
            if (!IsWithin(node.Value, Timestamp.Min(time, notBefore ?? time), Timestamp.Max(time, notAfter ?? time))) continue;
            if (found is null || Distance(node.Value, time) < Distance(found.Value, time)) found = node;
        }

        if (found is null) return null;
        reports.Remove(found);
        if (reports.Count == 0) _changes.Remove(end);
        return found.Value;
    }

    /// <summary>True if a change to <paramref name="to"/> around <paramref name="time"/> is pending.</summary>
    public bool HasChange(FourTuple end, ulong socket, TcpState to, Timestamp time)
    {
        if (!_changes.TryGetValue(end, out var reports)) return false;
        foreach (var report in reports)
            if (!IsForeign(report, socket) && Shows(report, to, time) && IsWithin(report, time, time)) return true;
        return false;
    }

    /// <summary>Takes the kernel event of an RST of <paramref name="sender"/> nearest to <paramref name="time"/>.</summary>
    public KernelEvent? TakeReset(FourTuple sender, ulong socket, Timestamp time)
    {
        LinkedListNode<KernelEvent>? found = null;
        while (_resets.First is { } old && time - old.Value.Time > StaleNanoseconds) _resets.RemoveFirst();
        for (var node = _resets.First; node is not null; node = node.Next)
        {
            var report = node.Value;
            if (report.Time - time > StaleNanoseconds) break; // later entries are newer, except for late ones of other CPUs
            // A listener, mini-socket or no socket can refuse a segment; an RST caused by a call is of the socket itself.
            if (!IsOf(report, sender) || (report.SegmentAddress == 0 && IsForeign(report, socket))) continue;
            if (Distance(report, time) > ToleranceNanoseconds) continue;
            if (found is null || Distance(report, time) < Distance(found.Value, time)) found = node;
        }

        if (found is not null) _resets.Remove(found);
        return found?.Value;
    }

    /// <summary>Takes the earliest error of a socket that is due by <paramref name="now"/>.</summary>
    public bool TryTakeError(Timestamp now, [NotNullWhen(true)] out KernelEvent? report)
    {
        report = _errors.TryPeek(out var first) && first.Time <= now ? TakeError() : null;
        return report is not null;
    }

    /// <summary>The errno with which the kernel closed a socket at this time; 0 if none is reported.</summary>
    public int FindError(FourTuple end, Timestamp closed) =>
        _latestErrors.TryGetValue(end, out var error) && Math.Abs(error.Time - closed) <= ErrorLagNanoseconds ? error.Errno ?? 0 : 0;

    private KernelEvent TakeError()
    {
        var report = _errors.Dequeue();
        if (_latestErrors.TryGetValue(report.FourTuple, out var latest) && latest == report) _latestErrors.Remove(report.FourTuple);
        return report;
    }

    /// <summary>Takes the earliest kernel event that is due by <paramref name="now"/> and not yet taken.</summary>
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

    /// <summary>Removes the earliest kernel event; null if it was taken.</summary>
    public KernelEvent? TakeEarliest()
    {
        var report = _due.Dequeue();
        if (!_changes.TryGetValue(report.FourTuple, out var reports) || !reports.Remove(report)) return null;
        if (reports.Count == 0) _changes.Remove(report.FourTuple);
        return report;
    }

    /// <summary>True if the kernel event belongs to another socket than the known one.</summary>
    public static bool IsForeign(KernelEvent report, ulong socket) =>
        socket != 0 && report.SocketAddress != 0 && report.SocketAddress != socket;

    private static long Distance(KernelEvent report, Timestamp time) => Math.Abs(report.Time - time);

    /// <summary>True if the RST is of this socket; one of a listener has the listener's addresses.</summary>
    private static bool IsOf(KernelEvent reset, FourTuple sender) =>
        reset.FourTuple == sender || reset.FourTuple.Reverse() == sender
        || (reset.Remote.Port == 0 && reset.Local.Port == sender.Local.Port && (reset.Local == sender.Local || reset.Local.IsAnyAddress));

    private void AddChange(KernelEvent report)
    {
        var first = RemovePortless(report.SocketAddress);
        if (report.Local.Port == 0)
        {
            // A socket that enters CLOSED without a port found none to connect from and sent nothing.
            if (report.NewState == TcpState.SynSent) AddPortless(report);
            return;
        }

        if (first?.Remote == report.Remote) File(first with { Local = report.Local });
        File(report);
    }

    private void AddPortless(KernelEvent report)
    {
        if (_portless.Count == MaxPortless) RemovePortless(_portlessByAge.First!.Value.SocketAddress);
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
        if (!_changes.TryGetValue(report.FourTuple, out var reports))
            _changes.Add(report.FourTuple, reports = new LinkedList<KernelEvent>());
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

    /// <summary>True if the kernel event shows this change.</summary>
    // LISTEN → SYN_RECV does not: it is reported when the state ends. TIME_WAIT is shown by the end of the full socket that a mini-
    // socket replaces, but only after the FIN: an earlier end led to FIN_WAIT_2.
    private static bool Shows(KernelEvent report, TcpState to, Timestamp time) => to switch
    {
        TcpState.TimeWait => LeavesMiniSocket(report) && report.Time >= time,
        TcpState.SynRecv => report is { NewState: TcpState.SynRecv, OldState: TcpState.SynSent },
        _ => report.NewState == to && !LeavesMiniSocket(report),
    };

    /// <summary>A thread can be preempted at any point of a call, so the change can be anywhere between its bounds.</summary>
    private static bool IsWithin(KernelEvent report, Timestamp first, Timestamp last) =>
        first - report.Time <= ToleranceNanoseconds && report.Time - last <= ToleranceNanoseconds;

    /// <summary>True if the full socket ended and a mini-socket continues its connection.</summary>
    public static bool LeavesMiniSocket(KernelEvent report) =>
        report is { NewState: TcpState.Closed, OldState: TcpState.FinWait2 or TcpState.Closing };
}
