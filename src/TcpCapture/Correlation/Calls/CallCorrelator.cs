using System.Globalization;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Calls;

/// <summary>Processes socket calls: writes rows, assigns sockets to ends, records causes of later segments.</summary>
internal sealed class CallCorrelator(ConnectionTable connections, Listeners listeners, ReturnedCloses closes, EventWriter writer)
{
    /// <summary>Maximum delay of a row after the begin of its call, so that a reader of the file still finds its place.</summary>
    private const long MaxDeferralNanoseconds = 1_000_000_000;

    private const string RepairNote = "the socket was in repair mode: it goes without a segment";

    private readonly Dictionary<int, SocketEntry> _sockets = [];
    private readonly PendingConnects _pending = new(connections);
    private readonly Dictionary<long, long> _unfinished = [];

    /// <summary>Accepts that wait for their connection, by the time of their return.</summary>
    private readonly PriorityQueue<SocketCall, Timestamp> _returning = new();

    public void Process(SocketCall call)
    {
        if (_unfinished.Remove(call.Id, out var begun))
        {
            Resume(call, begun);
            return;
        }

        if (IsAheadOfItsConnection(call))
        {
            _returning.Enqueue(call, call.End!.Value);
            return;
        }

        var entry = EntryOf(call);
        if (call.Name == "connect") BeginConnect(call, entry);
        if (call.Name == "accept") FindAccepted(call);
        var number = Write(call, ConnectionOf(call, entry), call.Begin, 0, false);
        if (call.End is null) _unfinished.Add(call.Id, number);
        Apply(call, entry, number);
    }

    public void CatchUp(Timestamp now)
    {
        while (_returning.TryPeek(out var call, out var end) && end <= now)
        {
            _returning.Dequeue();
            var entry = EntryOf(call);
            FindAccepted(call);
            var connection = ConnectionOf(call, entry);
            Write(call, connection, end, connection?.Server.LastReceived.Event ?? 0, true);
        }
    }

    /// <summary>The time of the next row of a call: its begin, or its return if the begin has a row.</summary>
    public Timestamp TimeOf(SocketCall call) => _unfinished.ContainsKey(call.Id) ? call.End ?? call.Begin : call.Begin;

    /// <summary>Removes and returns the connection of the connect call that sent this SYN.</summary>
    public Connection? TakePendingConnect(in Segment syn) => _pending.Take(syn.Source, syn.Destination, syn.Time);

    /// <summary>Removes and returns the connection of the connect call whose SYN an ICMP error quotes.</summary>
    public Connection? TakePendingConnect(in Endpoint source, in Endpoint destination, Timestamp time) =>
        _pending.Take(source, destination, time);

    /// <summary>True if an observed program accepted the connection.</summary>
    public static bool IsAccepted(ConnectionEnd server) => server.Socket is not null;

    private void Resume(SocketCall call, long begun)
    {
        var entry = EntryOf(call);
        if (call.Name == "accept") FindAccepted(call);
        if (call.Name == "connect") _pending.NoteReturned(entry, call.End);
        var connection = ConnectionOf(call, entry);
        var number = Write(call, connection, call.End ?? call.Begin, CauseOfReturn(call, entry, begun), true);
        Apply(call, entry, number);
    }

    private static long CauseOfReturn(SocketCall call, SocketEntry entry, long begun) => call.Name switch
    {
        "connect" or "recv" when entry.End is { LastReceived.Event: > 0 } end && end.LastReceived.After >= begun => end.LastReceived.Event,
        _ => begun,
    };

    private long Write(SocketCall call, Connection? connection, Timestamp time, long causedBy, bool resumed) =>
        writer.Write(new TimelineEvent
        {
            Number = writer.NextNumber,
            Kind = EventKind.Call,
            Time = time,
            Connection = connection,
            Side = call.Side,
            Local = call.Local,
            Remote = call.Remote,
            Call = call,
            IsResumed = resumed,
            CausedBy = causedBy,
            Note = NoteOf(call, resumed),
        });

    private static string? NoteOf(SocketCall call, bool resumed) => call.End switch
    {
        null => "had not returned when this row was written",
        { } end => string.Create(CultureInfo.InvariantCulture,
            $"{(resumed ? "begun" : "returned after")} {(end - call.Begin) / 1e9:F9} s{(resumed ? " before" : "")}"),
    };

    /// <summary>True for an accept called before the client connected: its row is at its return.</summary>
    private bool IsAheadOfItsConnection(SocketCall call) =>
        call is { Name: "accept", End: { } end, Result: > 0, Local: { } local, Remote: { } remote }
        && end - call.Begin <= MaxDeferralNanoseconds && _sockets.ContainsKey(call.Socket)
        && connections.Find(new FourTuple(local, remote))?.Current is not { Server.Socket: null };

    private SocketEntry EntryOf(SocketCall call)
    {
        if (call.Socket != 0 && _sockets.TryGetValue(call.Socket, out var entry))
        {
            LinkLate(entry, call);
            return entry;
        }

        entry = new SocketEntry(call.Side);
        if (call.Socket != 0) _sockets.Add(call.Socket, entry);
        LinkLate(entry, call);
        return entry;
    }

    private static Connection? ConnectionOf(SocketCall call, SocketEntry entry) =>
        call.Name != "accept" ? entry.Connection : call.Error is null ? entry.LastAccepted : null;

    private void BeginConnect(SocketCall call, SocketEntry entry)
    {
        entry.Side = call.Side;
        entry.Remote = call.Remote;
        entry.Local = call.Local ?? entry.Local;
        _pending.DropStragglers(call.Begin);
        if (call.Remote is not { } remote || entry.Connection is not null) return;
        if (entry.Local is { Port: > 0 } own && _pending.FindCrossing(entry.Side, own, remote) is { } crossing)
        {
            entry.Connection = crossing;
            crossing.Server.Socket = entry;
            return;
        }

        var local = entry.Local ?? EventWriter.Wildcard(remote);
        entry.Connection = connections.CreateUnplaced(call.Begin, local, remote);
        entry.Connection.Client.Socket = entry;
        entry.Connection.Client.Caller = call;
        _pending.Add(entry, DoesNotWait(call) ? null : call.End);
    }

    /// <summary>True for a nonblocking connect: it returned before the answer to its SYN.</summary>
    private static bool DoesNotWait(SocketCall call) => call is { Name: "connect", Error: "EINPROGRESS" };

    private void FindAccepted(SocketCall call)
    {
        if (call.Result is not > 0 || call.Local is not { } local || call.Remote is not { } remote) return;
        if (!_sockets.TryGetValue(call.Socket, out var listener)) return;
        var accepted = new SocketEntry(Side.Server) { Local = local, Remote = remote, Accepted = call };
        _sockets[(int)call.Result.Value] = accepted;
        Link(accepted, call);
        listener.LastAccepted = accepted.Connection;
    }

    /// <summary>Assigns a socket at its next call if its accept was written before its connection was known.</summary>
    private void LinkLate(SocketEntry entry, SocketCall call)
    {
        if (entry is not { Connection: null, IsListener: false }) return;
        if (entry.Accepted is { } accept) Link(entry, accept);
        else if (call is { Side: Side.Server, Name: not ("connect" or "accept") }) Link(entry, call);
    }

    /// <summary>Assigns a server socket to the connection of its addresses.</summary>
    private void Link(SocketEntry accepted, SocketCall call)
    {
        if (call is not { Local: { } local, Remote: { } remote }) return;
        if (connections.Find(new FourTuple(local, remote))?.Current is not { Server.Socket: null } connection) return;
        accepted.Connection = connection;
        connection.Server.Socket = accepted;
        connection.Server.Caller = call;
    }

    private void Apply(SocketCall call, SocketEntry entry, long number)
    {
        if (call.Name is "send" or "recv" && entry.End is { } used) used.User ??= call;
        if (call.Error is { } error && IsFinal(error) && entry.End is { Failed.Event: 0 } failed)
            Fail(call, entry.Connection!, failed, new FailedCall(number, call.Name, error, call.End ?? call.Begin));
        switch (call.Name)
        {
            case "bind" when call.Result == 0:
                entry.Local = call.Local ?? entry.Local;
                break;
            case "listen" when call.Result == 0:
                Listen(call, entry, number);
                break;
            case "connect" when entry.End is { } end:
                end.ConnectEvent = number;
                end.HasConnected |= call.Result == 0;
                end.ConnectTime = call.Begin;
                if (DoesNotWait(call) && end.State == TcpState.Closed) SendSyn(call, entry, end, number);
                break;
            case "send" when call.End is null && entry.End is { } end:
                end.SendInProgress = number;
                break;
            case "send" when call.Result > 0 && entry.End is { IssKnown: true } end:
                var start = end.WriteSeq;
                end.WriteSeq = unchecked(start + (uint)call.Result.Value);
                end.AddWritten(start, end.WriteSeq, number);
                end.SendInProgress = 0;
                break;
            case "recv" when entry.End is { } end:
                end.BytesRead += Math.Max(0, call.Result ?? 0);
                entry.LastReceive = new EventRef(number, call.Begin);
                break;
            case "setsockopt" when call.Result == 0:
                SetOption(call.Arguments, entry);
                break;
            case "shutdown" or "close" or "kill" or "exit" when call.Result is 0 or null:
                Close(call, entry, number);
                break;
        }
    }

    /// <summary>True if the socket failed, not only the call.</summary>
    private static bool IsFinal(string error) => error is not ("EAGAIN" or "EWOULDBLOCK" or "EINTR" or "EINPROGRESS" or "EALREADY");

    private void Fail(SocketCall call, Connection connection, ConnectionEnd end, in FailedCall failed)
    {
        end.Failed = failed;
        if (call is { Name: "connect", Error: "EADDRNOTAVAIL", Remote: { } remote })
            connection.PortUse = connections.CountPorts(remote, failed.Time);
    }

    /// <summary>A nonblocking connect has moved its socket to SYN_SENT, even if the SYN has not passed yet.</summary>
    private void SendSyn(SocketCall call, SocketEntry entry, ConnectionEnd end, long number) =>
        writer.Change(entry.Connection!, end, TcpState.SynSent, Because(call, number));

    private void Listen(SocketCall call, SocketEntry entry, long number)
    {
        entry.IsListener = true;
        entry.Side = call.Side;
        if ((call.Local ?? entry.Local) is not { } address) return;
        entry.Local = address;
        writer.Change(listeners.GetOrAdd(address), TcpState.Listen, Because(call, number));
    }

    private static EventWriter.Reason Because(SocketCall call, long number, string? note = null) => new(call.End ?? call.Begin)
    {
        CausedBy = number,
        NotBefore = call.Begin,
        NotAfter = call.End,
        Note = note,
    };

    private static void SetOption(string arguments, SocketEntry entry)
    {
        if (arguments.Contains("SO_LINGER", StringComparison.Ordinal))
        {
            entry.LingerZero = arguments.Contains("on, 0 s", StringComparison.Ordinal);
            entry.LingerUnknown = arguments.EndsWith('?');
        }

        if (arguments.Contains("TCP_REPAIR", StringComparison.Ordinal))
            entry.Repair = !arguments.EndsWith('0');
    }

    private void Close(SocketCall call, SocketEntry entry, long number)
    {
        if (call.Name == "shutdown" && call.Arguments == "SHUT_RD") return;
        if (entry is { IsListener: true, Local: { } address })
        {
            CloseListener(call, listeners.GetOrAdd(address), number);
        }
        else if (entry is { End: { } end, Connection: { } connection })
        {
            end.Closing = new ClosingCall(number, call.Name, call.Begin, call.End, entry.LingerZero, entry.LingerUnknown);
            if (end.State == TcpState.SynSent || entry.Repair)
                writer.Change(connection, end, TcpState.Closed, Because(call, number, entry.Repair ? RepairNote : null));

            closes.Add(connection, end);
        }

        if (call.Name != "shutdown") _sockets.Remove(call.Socket);
    }

    private void CloseListener(SocketCall call, Listener listener, long number)
    {
        listener.Closed = new EventRef(number, call.Begin);
        if (listener.State != TcpState.Listen) return;
        writer.Change(listener, TcpState.Closed, new EventWriter.Reason(call.Begin)
        {
            CausedBy = number,
            NotBefore = call.Begin,
            NotAfter = call.End,
            Note = "closing a listener sends no FIN: it has no connection to end",
        });
    }
}
