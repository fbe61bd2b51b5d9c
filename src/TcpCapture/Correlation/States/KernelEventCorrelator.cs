using System.Globalization;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.States;

/// <summary>Processes kernel events without a segment or call; most show that a mini-socket takes over.</summary>
internal sealed class KernelEventCorrelator(
    PendingKernelEvents kernelEvents, ConnectionTable connections, Listeners listeners, EventWriter writer)
{
    public const int MaxPending = 1 << 18; // limit of pending kernel events: half a second of a very busy host

    public void Relieve()
    {
        while (kernelEvents.Count > MaxPending)
            if (kernelEvents.TakeEarliest() is { } report) Process(report);
    }

    /// <summary>Processes kernel events older than <paramref name="now"/> by more than segments can lag.</summary>
    public void CatchUp(Timestamp now) => ProcessUntil(new Timestamp(now.Nanoseconds - PendingSamples.SkewNanoseconds));

    public void Finish() => ProcessUntil(new Timestamp(long.MaxValue));

    private void ProcessUntil(Timestamp due)
    {
        while (kernelEvents.TryTakeDue(due, out var report)) Process(report);
        while (kernelEvents.TryTakeError(due, out var error)) KeepError(error);
    }

    /// <summary>Keeps the error that the kernel stored on a socket for its owner.</summary>
    private void KeepError(KernelEvent report)
    {
        if (connections.Find(report.FourTuple) is not { } slot) return;
        var connection = slot.Current;
        var end = connection[slot.SideOf(report.Local)];
        if (report.Time < connection.Start) return;
        if (end.KernelError is { } first && (first.Number != 0 || report.Errno is null or 0)) return;
        end.KernelError = new KernelError(report.Time, report.Errno ?? 0);
    }

    private void Process(KernelEvent report)
    {
        if (report.NewState is not { } to || report is { NewState: TcpState.SynRecv, OldState: TcpState.Listen }) return;
        if (report.Remote.Port == 0)
        {
            ProcessListener(report, to);
            return;
        }

        if (connections.Find(report.FourTuple) is not { } slot) return;
        var (connection, end) = slot.SocketOf(slot.SideOf(report.Local), report.SocketAddress);
        if (PendingKernelEvents.IsForeign(report, end.SocketAddress))
        {
            Ignore(connection, end, report);
            return;
        }

        if (PendingKernelEvents.LeavesMiniSocket(report))
        {
            end.IsTraced = false;
            return;
        }

        if (end.State == to || (to == TcpState.Closed && end.State == TcpState.TimeWait)) return;
        connection.End = Timestamp.Max(connection.End, report.Time);
        var error = to == TcpState.Closed ? kernelEvents.FindError(report.FourTuple, report.Time) : 0;
        writer.Change(connection, end, to, new EventWriter.Reason(report.Time)
        {
            Reported = report,
            CausedBy = error == ErrnoText.TimedOut ? end.LastSent.Event : CauseOf(end, to),
            Note = NoteOf(connection, end, to, error),
        });
        if (connection == slot.Previous && !ConnectionTable.IsAlive(end)) connections.Forget(slot);
        connections.Settle(connection, report.Time);
    }

    /// <summary>Ignores a kernel event of another network namespace, or of an earlier socket with the same addresses.</summary>
    private void Ignore(Connection connection, ConnectionEnd end, KernelEvent report)
    {
        if (connection.HasNamesake || report.Time < connection.Start) return;
        connection.HasNamesake = true;
        writer.Disagree(connection, 0,
            $"The kernel also reports another socket with the addresses of the {end.Side.ToText()}'s, in another network namespace or not"
            + $" captured here; its kernel events from {report.Time} on are ignored.");
    }

    private void ProcessListener(KernelEvent report, TcpState to)
    {
        var listener = listeners.GetOrAdd(report.Local);
        if (listener.State == to || PendingKernelEvents.IsForeign(report, listener.SocketAddress)) return;
        writer.Change(listener, to, new EventWriter.Reason(report.Time)
        {
            Reported = report,
            CausedBy = to == TcpState.Closed ? listener.Closed.Event : 0,
        });
    }

    /// <summary>What ended the state: the kernel's error, a timer, the socket's own segment, or nothing that is known.</summary>
    private static string NoteOf(Connection connection, ConnectionEnd end, TcpState to, int error)
    {
        if (connection.Client.Address == connection.Server.Address)
            return "the socket is connected to itself: its own segment arrived there";
        if (error == ErrnoText.TimedOut)
        {
            var tries = connection.Clues[end.Side].Tries;
            return tries > 1
                ? string.Create(CultureInfo.InvariantCulture, $"the retransmission timer gave up after {tries} transmissions (ETIMEDOUT)")
                : "a timer of the kernel gave up (ETIMEDOUT)";
        }

        if (error != 0) return $"the kernel ended the socket with {ErrnoText.NameOf(error)}";
        var isOrphan = to == TcpState.Closed && end.State is TcpState.FinWait1 or TcpState.LastAck or TcpState.Closing
            && end.Closing.Event != 0 && connection.Clues[end.Side].Tries > 1;
        return isOrphan
            ? "the kernel gave up: no process holds the socket, and its FIN was not acknowledged (tcp_orphan_retries)"
            : "reported by the kernel; no captured segment or call explains it";
    }

    /// <summary>A call causes what an end closes itself; the last received segment causes the rest.</summary>
    private static long CauseOf(ConnectionEnd end, TcpState to) =>
        to is TcpState.FinWait1 or TcpState.LastAck || (to == TcpState.Closed && end.Closing.Event > end.LastReceived.After)
            ? end.Closing.Event
            : end.LastReceived.Event;
}
