using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.States;

/// <summary>Processes due samples; those that no segment or call explained become changes.</summary>
internal sealed class SampleCorrelator(
    PendingSamples samples, ConnectionTable connections, EarlierConnections earlier, Listeners listeners, EventWriter writer)
{
    /// <summary>Minimum timer of FIN_WAIT_2 and TIME_WAIT: a socket that disappears earlier was not kept.</summary>
    private const long MinTimerNanoseconds = 500_000_000;

    /// <summary>Processes samples older than <paramref name="now"/> by more than the clock difference.</summary>
    public void CatchUp(Timestamp now) => ProcessUntil(new Timestamp(now.Nanoseconds - PendingSamples.SkewNanoseconds));

    public void Finish() => ProcessUntil(new Timestamp(long.MaxValue));

    private void ProcessUntil(Timestamp due)
    {
        while (samples.TryTakeDue(due, out var sample, out var unexplained)) Process(sample, unexplained);
    }

    public void Process(SocketOwner owner)
    {
        writer.Processes.Note(owner);
        if (connections.Find(new FourTuple(owner.Local, owner.Remote)) is not { } slot) return;
        slot.Current[slot.SideOf(owner.Local)].Owner = owner;
    }

    private void Process(SocketSample sample, bool unexplained)
    {
        if (sample.IsListener) ProcessListener(sample, unexplained);
        else ProcessConnection(sample, unexplained);
    }

    private void ProcessConnection(SocketSample sample, bool unexplained)
    {
        var found = connections.Find(new FourTuple(sample.Local, sample.Remote));
        if (sample.IsInitial && IsNews(found, sample))
        {
            earlier.Open(sample);
            return;
        }

        if (found is not { } slot) return;
        var (connection, end) = slot.SocketAt(slot.SideOf(sample.Local));
        if (sample.Kind != SocketKind.Absent) end.LastSample = sample;
        if (!unexplained || !ShowsChange(sample) || sample.State == end.State || IsOld(sample, end.StateSince)) return;
        if (sample.Kind == SocketKind.Absent && !ConnectionTable.IsAlive(end)) return;
        if (writer.IsTraced(end))
        {
            writer.Disagree(connection, 0,
                $"A sample of the {end.Side.ToText()}'s socket at {sample.NotAfter} showed {sample.State.ToRfcName()}; according to kernel"
                + $" events it was in {end.State.ToRfcName()} since {end.StateSince}.");
            return;
        }

        connection.End = Timestamp.Max(connection.End, sample.NotAfter);
        writer.Change(connection, end, sample.State, new EventWriter.Reason(sample.NotAfter)
        {
            Seen = sample,
            NotBefore = sample.Previous is null ? end.StateSince : sample.NotBefore,
            CausedBy = IsEndedByTimer(end.State, sample) ? 0 : end.Closing.Event,
            Note = NoteOf(end, sample),
        });
        if (connection == slot.Previous && !ConnectionTable.IsAlive(end)) connections.Forget(slot);
        connections.Settle(connection, sample.NotAfter);
    }

    /// <summary>True if nothing else has shown the state of a socket from the first listing.</summary>
    private static bool IsNews(ConnectionTable.Slot? slot, SocketSample sample) =>
        slot is null || slot.Current is { BeganEarlier: true } connection && connection[slot.SideOf(sample.Local)].StateSince is null;

    private void ProcessListener(SocketSample sample, bool unexplained)
    {
        var listener = listeners.GetOrAdd(sample.Local);
        listener.LastSample = sample;
        if (sample.IsInitial && listener.StateSince is null)
        {
            if (listener.State != sample.State) writer.Found(listener, sample);
            return;
        }

        if (!unexplained || !ShowsChange(sample) || sample.State == listener.State || IsOld(sample, listener.StateSince)) return;
        writer.Change(listener, sample.State, new EventWriter.Reason(sample.NotAfter)
        {
            Seen = sample,
            CausedBy = sample.State == TcpState.Closed ? listener.Closed.Event : 0,
            Note = sample.Previous is null ? "in this state at the first sample" : null,
        });
    }

    /// <summary>True for states that a timer ends: a timer has no event.</summary>
    private static bool IsEndedByTimer(TcpState from, SocketSample sample) =>
        from is TcpState.FinWait2 or TcpState.TimeWait or TcpState.SynRecv && sample.State == TcpState.Closed;

    /// <summary>True if the sample shows a new state, not only a new queue length or timer.</summary>
    private static bool ShowsChange(SocketSample sample) => sample.State != sample.Previous;

    /// <summary>True if the sample ended before the current state began.</summary>
    private static bool IsOld(SocketSample sample, Timestamp? stateSince) =>
        stateSince is { } since && sample.NotAfter.Nanoseconds <= since.Nanoseconds + PendingSamples.SkewNanoseconds;

    private static string? NoteOf(ConnectionEnd end, SocketSample sample) => (end.State, sample.State) switch
    {
        (TcpState.Established, TcpState.FinWait1) or (TcpState.CloseWait, TcpState.LastAck) when end.Closing.Event != 0 =>
            "its FIN has not passed here yet",
        (TcpState.FinWait2 or TcpState.TimeWait, TcpState.Closed)
            when end.StateSince is { } since && sample.NotAfter - since < MinTimerNanoseconds =>
            "gone at once: this host keeps no more of them (tcp_max_tw_buckets)",
        (TcpState.FinWait2, TcpState.Closed) =>
            "the FIN_WAIT_2 timer ran out (tcp_fin_timeout); no segment is sent",
        (TcpState.TimeWait, TcpState.Closed) => "the 2·MSL timer ran out; no segment is sent",
        (TcpState.SynRecv, TcpState.Closed) => "the handshake was given up",
        _ when sample.Local == sample.Remote => "the socket is connected to itself: its own segment arrived there",
        _ => "seen by sampling; no segment or call explains it",
    };
}
