using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.States;

/// <summary>
/// Takes reports of the kernel that no segment or call has explained by the time events have passed them. Most tell of a
/// mini-socket taking over; the rest are changes of their own, and exact.
/// </summary>
internal sealed class KernelEventCorrelator(PendingKernelEvents traces, ConnectionTable connections, Listeners listeners, EventWriter writer)
{
    /// <summary>
    /// Half a second of the busiest host fits. Beyond it nothing that was captured comes to ask for them: they are another
    /// namespace's, or the capture has stopped.
    /// </summary>
    public const int MostHeld = 1 << 18;

    /// <summary>Takes the earliest reports where there are too many.</summary>
    public void Relieve()
    {
        while (traces.Held > MostHeld)
            if (traces.TakeEarliest() is { } report) Process(report);
    }

    /// <summary>Takes every report older than <paramref name="now"/> by more than segments may lag behind it.</summary>
    public void CatchUp(Timestamp now)
    {
        var due = new Timestamp(now.Nanoseconds - PendingSamples.SkewNanoseconds);
        while (traces.TryTakeDue(due, out var report)) Process(report);
    }

    /// <summary>Takes all that is left.</summary>
    public void Finish()
    {
        while (traces.TryTakeDue(new Timestamp(long.MaxValue), out var report)) Process(report);
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
        if (PendingKernelEvents.IsAnothers(report, end.SocketAddress))
        {
            LeaveOut(connection, end, report);
            return;
        }

        if (PendingKernelEvents.LeavesMiniSocket(report))
        {
            end.IsTraced = false;
            return;
        }

        if (end.State == to || (to == TcpState.Closed && end.State == TcpState.TimeWait)) return;
        connection.End = Timestamp.Max(connection.End, report.Time);
        writer.Change(connection, end, to, new EventWriter.Reason(report.Time)
        {
            Reported = report,
            CausedBy = CauseOf(end, to),
            Note = "reported by the kernel; no segment or call was seen to bring it about",
        });
        if (connection == slot.Previous && !ConnectionTable.IsAlive(end)) connections.Forget(slot);
        connections.Settle(connection, report.Time);
    }

    /// <summary>
    /// A trace sees every network namespace. What is older than the connection is of the socket that had its addresses before.
    /// </summary>
    private void LeaveOut(Connection connection, ConnectionEnd end, KernelEvent report)
    {
        if (connection.HasNamesake || report.Time < connection.Start) return;
        connection.HasNamesake = true;
        writer.Disagree(connection, 0,
            $"The kernel also reports on another socket with the addresses of the {end.Side.ToText()}'s, of another network namespace or not captured here; its reports, from {report.Time} on, are left out.");
    }

    private void ProcessListener(KernelEvent report, TcpState to)
    {
        var listener = listeners.GetOrAdd(report.Local);
        if (listener.State == to || PendingKernelEvents.IsAnothers(report, listener.SocketAddress)) return;
        writer.Change(listener, to, new EventWriter.Reason(report.Time)
        {
            Reported = report,
            CausedBy = to == TcpState.Closed ? listener.Closed.Event : 0,
        });
    }

    /// <summary>What an end closes by itself follows from a call; the rest from the segment that reached it last.</summary>
    private static long CauseOf(ConnectionEnd end, TcpState to) =>
        to is TcpState.FinWait1 or TcpState.LastAck || (to == TcpState.Closed && end.Closing.Event > end.LastReceived.After)
            ? end.Closing.Event
            : end.LastReceived.Event;
}
