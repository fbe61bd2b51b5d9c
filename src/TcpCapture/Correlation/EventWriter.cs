using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>Numbers and writes the events. Only this class sets the state of an end.</summary>
internal sealed class EventWriter(ITimelineSink sink, PendingSamples samples, PendingKernelEvents kernelEvents)
{
    private const int MaxDisagreements = 100;

    private readonly List<Disagreement> _disagreements = [];
    private long _last;

    public const int NumbersPerFrame = 100; // event numbers reserved for each frame of a capture file

    /// <summary>Contradictions between sources; only the first hundred are kept.</summary>
    public IReadOnlyList<Disagreement> Disagreements => _disagreements;

    public long NextNumber => _last + 1;

    public long Write(in TimelineEvent timelineEvent, in Frame frame = default)
    {
        sink.OnEvent(timelineEvent, frame);
        return ++_last;
    }

    public void Disagree(Connection connection, long eventNumber, string text)
    {
        if (_disagreements.Count < MaxDisagreements) _disagreements.Add(new Disagreement(connection, eventNumber, text));
    }

    /// <summary>Numbers the next events by their frame, so that filters and threads do not change event numbers.</summary>
    public void BeginFrame(long frame) => _last = Math.Max(_last, frame * NumbersPerFrame);

    /// <summary>Uses up the number of an event without a row.</summary>
    public long Skip() => ++_last;

    public ProcessNames Processes { get; } = new();

    public void End(Connection connection)
    {
        Complete(connection);
        Report(connection);
    }

    /// <summary>Reports a completed connection as ended.</summary>
    public void Report(Connection connection) => sink.OnConnectionEnded(connection);

    /// <summary>Adds the final results of a connection that will receive no more observations.</summary>
    public void Complete(Connection connection)
    {
        connection.KeepPeerResults();
        Processes.Complete(connection.Client, connection.Server.Address);
        Processes.Complete(connection.Server, connection.Client.Address);
    }

    /// <summary>Changes the state of an end; kernel events and samples improve the evidence.</summary>
    public long Change(Connection connection, ConnectionEnd end, TcpState to, in Reason reason)
    {
        var from = reason.From ?? end.State;
        var key = new FourTuple(end.Address, connection[end.Side.Peer()].Address);
        var weighed = Weigh(key, end.SocketAddress, to, reason);
        var number = WriteChange(connection, end.Side, key.Local, key.Remote, from, to, weighed, reason);
        end.State = to;
        end.Evidence = weighed.Evidence;
        end.StateSince = weighed.Time;
        end.IsKnown = true;
        if (weighed.Report is not { } report) return number;
        end.IsTraced = to is not (TcpState.TimeWait or TcpState.Closed);
        end.SocketAddress = report.SocketAddress;
        return number;
    }

    /// <summary>Sets the state in which an end was found when the recording began.</summary>
    public void Found(Connection connection, ConnectionEnd end, SocketSample sample)
    {
        WriteFound(connection, end.Side, sample);
        end.State = sample.State;
        end.Evidence = Evidence.Sampled;
        end.IsKnown = true;
    }

    public void Found(Listener listener, SocketSample sample)
    {
        WriteFound(null, Side.Server, sample);
        listener.State = sample.State;
    }

    /// <summary>Changes the state of an end because of a segment; cause and effect bound the time.</summary>
    public void Move(
        Connection connection, ConnectionEnd end, TcpState to, Timestamp time, long cause, Timestamp? notBefore) =>
        Change(connection, end, to, new Reason(time)
        {
            CausedBy = cause,
            NotBefore = notBefore,
            NotAfter = end.LastReceived.Event == cause ? null : time,
        });

    /// <summary>True if samples show that the last ACK of the handshake met a full accept queue.</summary>
    public bool WasRefused(Connection connection, ConnectionEnd end, Timestamp time) =>
        end.State == TcpState.SynRecv && !samples.IsEmpty && samples.ShowsInstead(
            new FourTuple(end.Address, connection[end.Side.Peer()].Address), TcpState.SynRecv, TcpState.Closed, time);

    /// <summary>True if samples show that an ESTABLISHED socket closed before a FIN reached it.</summary>
    public bool ClosesUnasked(Connection connection, ConnectionEnd end, Timestamp time)
    {
        if (samples.IsEmpty) return false;
        var key = new FourTuple(end.Address, connection[end.Side.Peer()].Address);
        foreach (var state in (ReadOnlySpan<TcpState>)[TcpState.FinWait1, TcpState.Closing, TcpState.TimeWait])
            if (samples.ShowsInstead(key, TcpState.Established, state, time)) return true;
        return false;
    }

    /// <summary>True if the kernel reports the changes of this socket, but not this one.</summary>
    // isHere: true if the end is otherwise known to be a socket of this host.
    public bool IsDenied(Connection connection, ConnectionEnd end, TcpState to, Timestamp time, bool isHere)
    {
        if (!kernelEvents.IsTracing || to is TcpState.SynRecv or TcpState.TimeWait) return false;
        var key = new FourTuple(end.Address, connection[end.Side.Peer()].Address);
        return (end.IsTraced || (isHere && end.State == TcpState.SynRecv)) && IsWhole(end)
            && !kernelEvents.HasChange(key, end.SocketAddress, to, time);
    }

    /// <summary>True if the kernel has reported every change of this socket since it entered its state.</summary>
    public bool IsTraced(ConnectionEnd end) => end.IsTraced && IsWhole(end);

    private bool IsWhole(ConnectionEnd end) => end.StateSince is { } since && kernelEvents.IsWholeSince(since);

    public long Change(Listener listener, TcpState to, in Reason reason)
    {
        var weighed = Weigh(new FourTuple(listener.Address, Wildcard(listener.Address)), listener.SocketAddress, to, reason);
        var from = listener.State;
        listener.SocketAddress = to == TcpState.Listen ? weighed.Report?.SocketAddress ?? 0 : 0;
        listener.State = to;
        listener.StateSince = weighed.Time;
        return WriteChange(null, Side.Server, listener.Address, null, from, to, weighed, reason);
    }

    private void WriteFound(Connection? connection, Side side, SocketSample sample) => Write(new TimelineEvent
    {
        Number = NextNumber,
        Kind = EventKind.State,
        Time = sample.NotAfter,
        Connection = connection,
        Side = side,
        Local = sample.Local,
        Remote = connection is null ? null : sample.Remote,
        IsFound = true,
        OldState = sample.State,
        NewState = sample.State,
        Evidence = Evidence.Sampled,
        NotAfter = sample.NotAfter,
        Note = "in this state when the recording began",
    });

    private long WriteChange(
        Connection? connection, Side side, Endpoint local, Endpoint? remote, TcpState from, TcpState to, in Weighed weighed,
        in Reason reason) =>
        Write(new TimelineEvent
        {
            Number = NextNumber,
            Kind = EventKind.State,
            Time = weighed.Time,
            Connection = connection,
            Side = side,
            Local = local,
            Remote = remote,
            OldState = from,
            NewState = to,
            Evidence = weighed.Evidence,
            NotBefore = weighed.NotBefore,
            NotAfter = weighed.NotAfter,
            CausedBy = reason.CausedBy,
            Note = reason.Note,
        });

    /// <summary>The remote address of a listener in samples: the any address, port 0.</summary>
    public static Endpoint Wildcard(Endpoint listener)
    {
        Span<byte> zero = stackalloc byte[16];
        zero.Clear();
        return Endpoint.FromBytes(zero[..(listener.IsV6 ? 16 : 4)], 0);
    }

    private Weighed Weigh(FourTuple key, ulong socket, TcpState to, in Reason reason)
    {
        if (reason.Reported is { } own) return new Weighed(Evidence.Traced, own.Time, own.Time, own.Time, own);
        if (reason.Seen is { } seen)
            return new Weighed(Evidence.Sampled, seen.NotAfter, reason.NotBefore ?? seen.NotBefore, seen.NotAfter, null);
        if (samples.IsEmpty && kernelEvents.HasNoChange)
            return new Weighed(Evidence.Inferred, reason.Time, reason.NotBefore, reason.NotAfter, null);
        var confirmation = samples.TakeConfirmation(key, to, reason.Time);
        if (kernelEvents.TakeChange(key, socket, to, reason.Time, reason.NotBefore, reason.NotAfter) is { } report)
            return new Weighed(Evidence.Traced, report.Time, report.Time, report.Time, report);
        if (confirmation is not { } sample)
            return new Weighed(Evidence.Inferred, reason.Time, reason.NotBefore, reason.NotAfter, null);

        // Both samples and events bound the change. Clock skew can make them contradict; then only the samples count.
        Timestamp? sampledBefore = sample.Previous is null ? null : sample.NotBefore;
        var notBefore = Latest(sampledBefore, reason.NotBefore);
        var notAfter = Earliest(sample.NotAfter, reason.NotAfter);
        if (notBefore > notAfter) (notBefore, notAfter) = (sampledBefore ?? notAfter, sample.NotAfter);
        var time = notAfter is { } last && reason.Time > last ? last : reason.Time;
        if (notBefore is { } first && time < first) time = first;
        return new Weighed(Evidence.Sampled, time, notBefore, notAfter, null);
    }

    private static Timestamp? Latest(Timestamp? a, Timestamp? b) => a is null ? b : b is null || a > b ? a : b;

    private static Timestamp? Earliest(Timestamp? a, Timestamp? b) => a is null ? b : b is null || a < b ? a : b;

    /// <summary>How a change is known, its time, and the kernel event that shows it, if any.</summary>
    private readonly record struct Weighed(
        Evidence Evidence, Timestamp Time, Timestamp? NotBefore, Timestamp? NotAfter, KernelEvent? Report);

    /// <summary>Why a state changes, and the bounds of its time.</summary>
    internal readonly struct Reason(Timestamp time)
    {
        public Timestamp Time { get; } = time;
        public long CausedBy { get; init; }
        public Timestamp? NotBefore { get; init; }
        public Timestamp? NotAfter { get; init; }
        public string? Note { get; init; }

        /// <summary>The old state to show instead of the recorded one: LISTEN for a passive open.</summary>
        public TcpState? From { get; init; }

        /// <summary>The kernel event or the sample that alone shows the change.</summary>
        public KernelEvent? Reported { get; init; }

        public SocketSample? Seen { get; init; }
    }
}

/// <summary>A contradiction between two sources that exceeds the error of their clocks.</summary>
// Event: number of an event that shows it, or 0.
internal sealed record Disagreement(Connection Connection, long Event, string Text);
