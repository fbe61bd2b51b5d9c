using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>Numbers the events, gives them to the sink, and sets the state of an end in the one place where that is done.</summary>
internal sealed class EventWriter(ITimelineSink sink, PendingSamples samples, PendingKernelEvents traces)
{
    private const int MostDisagreements = 100;

    private readonly List<Disagreement> _disagreements = [];
    private long _last;

    /// <summary>Numbers that a frame of a capture has for its events.</summary>
    public const int NumbersPerFrame = 100;

    /// <summary>Where sources contradicted each other; only the first hundred are kept.</summary>
    public IReadOnlyList<Disagreement> Disagreements => _disagreements;

    /// <summary>The number the next event will get.</summary>
    public long NextNumber => _last + 1;

    public long Write(in TimelineEvent timelineEvent, in Frame frame = default)
    {
        sink.OnEvent(timelineEvent, frame);
        return ++_last;
    }

    public void Disagree(Connection connection, long eventNumber, string text)
    {
        if (_disagreements.Count < MostDisagreements) _disagreements.Add(new Disagreement(connection, eventNumber, text));
    }

    /// <summary>
    /// The next events belong to a frame of a capture, and are numbered by it: which connections are reported, and on how many threads
    /// they are followed, makes no difference to their numbers then.
    /// </summary>
    /// <param name="frame">Its number, from 1.</param>
    public void BeginFrame(long frame) => _last = Math.Max(_last, frame * NumbersPerFrame);

    /// <summary>An event that nobody asked for keeps its number.</summary>
    public long Skip() => ++_last;

    /// <summary>What is known of processes.</summary>
    public ProcessNames Processes { get; } = new();

    public void Ended(Connection connection)
    {
        Complete(connection);
        Tell(connection);
    }

    /// <summary>Nothing more will be said of a connection that is complete.</summary>
    public void Tell(Connection connection) => sink.OnConnectionEnded(connection);

    /// <summary>Nothing more will be learnt of a connection: adds what is known from elsewhere.</summary>
    public void Complete(Connection connection)
    {
        connection.KeepPeerResults();
        Processes.Complete(connection.Client, connection.Server.Address);
        Processes.Complete(connection.Server, connection.Client.Address);
    }

    /// <summary>An end of a connection changes its state, as segments and calls imply; a sample that shows it too betters the evidence.</summary>
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

    /// <summary>An end was found in a state that it had entered before the recording began.</summary>
    public void Found(Connection connection, ConnectionEnd end, SocketSample sample)
    {
        WriteFound(connection, end.Side, sample);
        end.State = sample.State;
        end.Evidence = Evidence.Sampled;
        end.IsKnown = true;
    }

    /// <summary>A listener was found that had been there before the recording began.</summary>
    public void Found(Listener listener, SocketSample sample)
    {
        WriteFound(null, Side.Server, sample);
        listener.State = sample.State;
    }

    /// <summary>A change that a segment causes: it lies between what caused it and what it caused.</summary>
    public void Move(
        Connection connection, ConnectionEnd end, TcpState to, Timestamp time, long cause, Timestamp? notBefore) =>
        Change(connection, end, to, new Reason(time)
        {
            CausedBy = cause,
            NotBefore = notBefore,
            NotAfter = end.LastReceived.Event == cause ? null : time,
        });

    /// <summary>
    /// True if samples show that a request socket vanished where the handshake's last ACK would have made a connection of it:
    /// the accept queue had no room.
    /// </summary>
    public bool WasRefused(Connection connection, ConnectionEnd end, Timestamp time) =>
        end.State == TcpState.SynRecv && !samples.IsEmpty && samples.ShowsInstead(
            new FourTuple(end.Address, connection[end.Side.Peer()].Address), TcpState.SynRecv, TcpState.Closed, time);

    /// <summary>
    /// True if samples show that a socket that is thought ESTABLISHED around <paramref name="time"/> closes, or has closed,
    /// before any FIN reaches it: none of these states follows CLOSE_WAIT.
    /// </summary>
    public bool ClosesUnasked(Connection connection, ConnectionEnd end, Timestamp time)
    {
        if (samples.IsEmpty) return false;
        var key = new FourTuple(end.Address, connection[end.Side.Peer()].Address);
        foreach (var state in (ReadOnlySpan<TcpState>)[TcpState.FinWait1, TcpState.Closing, TcpState.TimeWait])
            if (samples.ShowsInstead(key, TcpState.Established, state, time)) return true;
        return false;
    }

    /// <summary>
    /// True if the kernel, which reports the changes of this socket, did not report this one: what a segment would have
    /// brought about did not happen (it was dropped on its last step, say), or happens later.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="end">The end whose change is in question.</param>
    /// <param name="to">The state it would enter.</param>
    /// <param name="time">When.</param>
    /// <param name="isHere">True if the end is known to be a socket of this host for other reasons.</param>
    public bool IsDenied(Connection connection, ConnectionEnd end, TcpState to, Timestamp time, bool isHere)
    {
        if (!traces.IsTracing || to is TcpState.SynRecv or TcpState.TimeWait) return false;
        var key = new FourTuple(end.Address, connection[end.Side.Peer()].Address);
        return (end.IsTraced || (isHere && end.State == TcpState.SynRecv)) && IsWhole(end) && !traces.HasChange(key, end.SocketAddress, to, time);
    }

    /// <summary>True if the kernel has reported every change of this socket since it entered its state.</summary>
    public bool IsTraced(ConnectionEnd end) => end.IsTraced && IsWhole(end);

    private bool IsWhole(ConnectionEnd end) => end.StateSince is { } since && traces.IsWholeSince(since);

    /// <summary>A listening socket changes its state.</summary>
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
        Connection? connection, Side side, Endpoint local, Endpoint? remote, TcpState from, TcpState to, in Weighed weighed, in Reason reason) =>
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

    /// <summary>How samples name the remote end of a listener: no address, port 0.</summary>
    public static Endpoint Wildcard(Endpoint listener)
    {
        Span<byte> zero = stackalloc byte[16];
        zero.Clear();
        return Endpoint.FromBytes(zero[..(listener.IsV6 ? 16 : 4)], 0);
    }

    private Weighed Weigh(
        FourTuple key, ulong socket, TcpState to, in Reason reason)
    {
        if (reason.Reported is { } own) return new Weighed(Evidence.Traced, own.Time, own.Time, own.Time, own);
        if (reason.Seen is { } seen) return new Weighed(Evidence.Sampled, seen.NotAfter, reason.NotBefore ?? seen.NotBefore, seen.NotAfter, null);
        if (samples.IsEmpty && traces.HasNoChange) return new Weighed(Evidence.Inferred, reason.Time, reason.NotBefore, reason.NotAfter, null);
        var confirmation = samples.TakeConfirmation(key, to, reason.Time);
        if (traces.TakeChange(key, socket, to, reason.Time, reason.NotBefore, reason.NotAfter) is { } report)
            return new Weighed(Evidence.Traced, report.Time, report.Time, report.Time, report);
        if (confirmation is not { } sample)
            return new Weighed(Evidence.Inferred, reason.Time, reason.NotBefore, reason.NotAfter, null);

        // Both the looks and the events around it bound the change; where clocks' skew makes them contradict each other
        // by less than it, the looks alone are quoted.
        Timestamp? lookedBefore = sample.Previous is null ? null : sample.NotBefore;
        var notBefore = Latest(lookedBefore, reason.NotBefore);
        var notAfter = Earliest(sample.NotAfter, reason.NotAfter);
        if (notBefore > notAfter) (notBefore, notAfter) = (lookedBefore ?? notAfter, sample.NotAfter);
        var time = notAfter is { } last && reason.Time > last ? last : reason.Time;
        if (notBefore is { } first && time < first) time = first;
        return new Weighed(Evidence.Sampled, time, notBefore, notAfter, null);
    }

    private static Timestamp? Latest(Timestamp? a, Timestamp? b) => a is null ? b : b is null || a > b ? a : b;

    private static Timestamp? Earliest(Timestamp? a, Timestamp? b) => a is null ? b : b is null || a < b ? a : b;

    /// <summary>How a change is known, when it was, and the report that says so, if one does.</summary>
    private readonly record struct Weighed(
        Evidence Evidence, Timestamp Time, Timestamp? NotBefore, Timestamp? NotAfter, KernelEvent? Report);

    /// <summary>Why a state changes, and what bounds the moment.</summary>
    internal readonly struct Reason(Timestamp time)
    {
        public Timestamp Time { get; } = time;

        public long CausedBy { get; init; }

        public Timestamp? NotBefore { get; init; }

        public Timestamp? NotAfter { get; init; }

        public string? Note { get; init; }

        /// <summary>The old state as it is shown, if it is not the one on record (LISTEN for a passive open).</summary>
        public TcpState? From { get; init; }

        /// <summary>The kernel's report that alone shows the change.</summary>
        public KernelEvent? Reported { get; init; }

        /// <summary>The sample that alone shows the change.</summary>
        public SocketSample? Seen { get; init; }
    }
}

/// <summary>Two sources contradict each other by more than they may.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Event">Number of an event at which it shows, or 0.</param>
/// <param name="Text">What each says: one sentence.</param>
internal sealed record Disagreement(Connection Connection, long Event, string Text);
