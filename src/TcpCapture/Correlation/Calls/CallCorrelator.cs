using System.Globalization;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Calls;

/// <summary>
/// Takes socket calls: gives each its row, knows which socket is which end of which connection, and remembers what a call
/// will cause: a SYN, data, a FIN, an RST.
/// </summary>
internal sealed class CallCorrelator(
    ConnectionTable connections, Listeners listeners, ReturnedCloses closes, EventWriter writer)
{
    /// <summary>How much later than its begin a call's row may stand and still find its place when it is read again.</summary>
    private const long LongestDeferralNanoseconds = 1_000_000_000;

    private readonly Dictionary<int, SocketEntry> _sockets = [];
    private readonly PendingConnects _pending = new(connections);
    private readonly Dictionary<long, long> _unfinished = [];

    /// <summary>Returns of accepts that had to wait for their connection, by when.</summary>
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

    /// <summary>Shows what has returned by <paramref name="now"/>.</summary>
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

    /// <summary>When the call's row is due: where it began, or where it returned if it has had a row at its begin.</summary>
    public Timestamp TimeOf(SocketCall call) => _unfinished.ContainsKey(call.Id) ? call.End ?? call.Begin : call.Begin;

    /// <summary>The connection a connect call asked for whose SYN this is.</summary>
    public Connection? TakePendingConnect(in Segment syn) => _pending.Take(syn);

    /// <summary>True if a program of this recording has accepted the connection's server end.</summary>
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

    /// <summary>
    /// An accept that was called before the client connected: its row stands where it returned, for only there its connection
    /// is known, and not taken for an earlier one between the same ends.
    /// </summary>
    private bool IsAheadOfItsConnection(SocketCall call) =>
        call is { Name: "accept", End: { } end, Result: > 0, Local: { } local, Remote: { } remote }
        && end - call.Begin <= LongestDeferralNanoseconds && _sockets.ContainsKey(call.Socket)
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
        call.Name == "accept" ? entry.LastAccepted : entry.Connection;

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

    /// <summary>A connect that has sent its SYN, or is about to, and has returned without waiting for the answer.</summary>
    private static bool DoesNotWait(SocketCall call) => call is { Name: "connect", Error: "EINPROGRESS" };

    /// <summary>accept returns the connection whose client its peer address names.</summary>
    private void FindAccepted(SocketCall call)
    {
        if (call.Result is not > 0 || call.Local is not { } local || call.Remote is not { } remote) return;
        if (!_sockets.TryGetValue(call.Socket, out var listener)) return;
        var accepted = new SocketEntry(Side.Server) { Local = local, Remote = remote, Accepted = call };
        _sockets[(int)call.Result.Value] = accepted;
        Link(accepted, call);
        listener.LastAccepted = accepted.Connection;
    }

    /// <summary>
    /// The row of an accept that had to wait stands where it began, before there was a connection, and a traced one may not
    /// tell which it returned: then the next call on its socket finds it.
    /// </summary>
    private void LinkLate(SocketEntry entry, SocketCall call)
    {
        if (entry is not { Connection: null, IsListener: false }) return;
        if (entry.Accepted is { } accept) Link(entry, accept);
        else if (call is { Side: Side.Server, Name: not ("connect" or "accept") }) Link(entry, call);
    }

    /// <summary>A server's socket is the end of a connection that its addresses name.</summary>
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

    /// <summary>The call has returned, so the socket is in SYN_SENT, wherever its SYN may be.</summary>
    private void SendSyn(SocketCall call, SocketEntry entry, ConnectionEnd end, long number)
    {
        writer.Change(entry.Connection!, end, TcpState.SynSent, new EventWriter.Reason(call.End ?? call.Begin)
        {
            CausedBy = number,
            NotBefore = call.Begin,
            NotAfter = call.End,
        });
    }

    private void Listen(SocketCall call, SocketEntry entry, long number)
    {
        entry.IsListener = true;
        entry.Side = call.Side;
        if ((call.Local ?? entry.Local) is not { } address) return;
        entry.Local = address;
        writer.Change(listeners.GetOrAdd(address), TcpState.Listen, new EventWriter.Reason(call.End ?? call.Begin)
        {
            CausedBy = number,
            NotBefore = call.Begin,
            NotAfter = call.End,
        });
    }

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
            {
                writer.Change(connection, end, TcpState.Closed, new EventWriter.Reason(call.End ?? call.Begin)
                {
                    CausedBy = number,
                    NotBefore = call.Begin,
                    NotAfter = call.End,
                    Note = entry.Repair ? "the socket was in repair mode: it goes without a segment" : null,
                });
            }

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
