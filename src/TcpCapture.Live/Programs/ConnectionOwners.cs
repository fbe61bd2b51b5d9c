using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>
/// Learns while recording whose each connection is, so that other people's on the same port can be left out at the end.
/// </summary>
/// <remarks>
/// Theory of operation. Two kinds of evidence. The kernel's trace names the thread that made a socket connect or listen; the
/// connect has no port yet, so it waits here for the socket's next report, which has. And of a socket that a look showed, its
/// inode leads to a process. Whether that process is one of the programs is asked at once, while it lives; where it has ended
/// its number is kept and asked about again at the end, when what traced the programs knows all of them.
///
/// A port used again is another connection, told by its SYN's sequence number. Evidence comes later than segments, so those
/// before are kept and it goes to the one that stood there at its time. The end that a connection was made to belongs to
/// whoever listened there.
///
/// A connection is left out only if it is known to be nobody's of ours: each of its ends is either another process's or not of
/// this host. Any thread may call; bounded by <paramref name="capacity"/>, and what does not fit is kept in the recording.
/// </remarks>
internal sealed class ConnectionOwners(IProgramProcesses processes, Func<Endpoint, bool> isLocal, int capacity = 1 << 18)
{
    private const int MostListeners = 4096;
    private const int MostConnects = 65_536;
    private const int MostNamed = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<FourTuple, SeenConnection> _connections = [];
    private readonly Dictionary<ulong, (Timestamp Time, Endpoint Local, EndOwner Owner, string? Name)> _connects = [];
    private readonly List<SeenListener> _listeners = [];
    private readonly HashSet<int> _named = [];
    private Timestamp _begin = new(long.MinValue);
    private int _count;
    private long _unplaced;

    /// <summary>A listener found by asking, not by a report.</summary>
    /// <param name="local">Its address.</param>
    /// <param name="since">From when on it is there.</param>
    /// <param name="process">The process that holds it; 0 if none was found.</param>
    /// <param name="name">That process's name; null if it is not known.</param>
    /// <param name="isOurs">Whether that is one of the programs.</param>
    public void AddListener(Endpoint local, Timestamp since, int process, string? name, bool isOurs)
    {
        lock (_gate) Add(new SeenListener(local, since, new EndOwner { ProcessId = process, IsOurs = isOurs }, name));
    }

    /// <summary>The programs are started from now on: what began before is not theirs.</summary>
    public void Begin(Timestamp time)
    {
        lock (_gate) _begin = time;
    }

    /// <summary>A segment passed.</summary>
    /// <returns>Whose the socket is that answered a SYN, if it is known who listens there: looks and calls may tell better later.</returns>
    public SocketOwner? OnSegment(in Segment segment)
    {
        lock (_gate)
        {
            var key = segment.FourTuple.Normalized;
            var isOpening = segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack);
            _connections.TryGetValue(key, out var connection);
            if (!isOpening)
            {
                if (connection is null) Place(key, segment.Time, null);
                return segment.Has(TcpFlags.Syn) ? ListenerOf(segment) : null;
            }

            // One without a SYN is either known by its owner alone, so far, or began before the recording.
            if (connection is null || (connection.Isn is { } isn && isn != segment.Seq)) connection = Place(key, segment.Time, connection);
            if (connection is null) return null;
            connection.Isn ??= segment.Seq;
            connection.Server ??= segment.Destination;
            connection.Start = Timestamp.Min(connection.Start, segment.Time);
            return null;
        }
    }

    /// <summary>The kernel reported something.</summary>
    /// <returns>Whose socket it is, if that has become known by it.</returns>
    public SocketOwner? OnTrace(KernelEvent report)
    {
        if (report.Kind != KernelEventKind.StateChange || report.SocketAddress == 0) return null;
        var isOpening = report is { OldState: TcpState.Closed, NewState: TcpState.Listen or TcpState.SynSent };
        var caller = isOpening ? CallerOf(report) : default; // in the owner's own call, so asked at once, while it lives
        lock (_gate)
        {
            if (isOpening && report.NewState == TcpState.Listen)
                Add(new SeenListener(report.Local, report.Time, caller, report.ProcessName));
            else if (isOpening)
                Remember(report, caller);
            else if (report.Remote.Port != 0 && report.Local.Port != 0)
                return Join(report);
            return null;
        }
    }

    /// <summary>The process that holds a socket was found.</summary>
    public void OnOwner(SocketOwner owner)
    {
        var isOurs = processes.IsOurs(owner.ProcessId);
        lock (_gate)
        {
            var found = new EndOwner { ProcessId = owner.ProcessId, IsOurs = isOurs };
            if (owner.Remote.Port == 0) Add(new SeenListener(owner.Local, owner.Time, found, owner.ProcessName));
            else Learn(new FourTuple(owner.Local, owner.Remote), owner.Time, found);
        }
    }

    /// <summary>A program of ours made a call.</summary>
    /// <returns>The process and its name, the first time that it uses a connection.</returns>
    public SocketOwner? OnCall(SocketCall call)
    {
        if (call is not { End: { } end, Local: { Port: > 0 } local, Remote: { Port: > 0 } remote, Name: "connect" or "accept" or "send" or "recv" }) return null;
        lock (_gate)
        {
            if (call.Name is "connect" or "accept") Learn(new FourTuple(local, remote), end, new EndOwner { ProcessId = call.ProcessId, IsOurs = true });
            if (_named.Count >= MostNamed) _named.Clear();
            return _named.Add(call.ProcessId) && processes.NameOf(call.ProcessId) is { } name
                ? new SocketOwner(call.Begin, local, remote, 0, call.ProcessId, name) : null;
        }
    }

    /// <summary>What is to be left out, by all that is known now.</summary>
    public ForeignTraffic Conclude()
    {
        lock (_gate)
        {
            var foreign = new ForeignTraffic();
            foreign.CountUnknown(_unplaced);
            foreach (var (key, newest) in _connections)
            {
                var until = new Timestamp(long.MaxValue);
                for (var connection = newest; connection is not null; connection = connection.Previous)
                {
                    var isFirst = connection.Previous is null;
                    if (IsOurs(key, connection) is not { } isOurs) foreign.CountUnknown(1);
                    else if (isOurs) foreign.CountKept();
                    else foreign.Add(key, isFirst ? new Timestamp(long.MinValue) : connection.Start, until, connection.ConnectSocket, connection.ConnectTime);
                    until = connection.Start;
                }
            }

            foreach (var (socket, connect) in _connects)
                if (Judge(connect.Owner) == false) foreign.AddConnect(socket, connect.Time);
            foreach (var listener in _listeners)
                foreign.AddListener(listener.Local, listener.Since, Judge(listener.Owner) == false);
            return foreign;
        }
    }

    /// <summary>A thread's number stands in for that of a process that ended too soon.</summary>
    private EndOwner CallerOf(KernelEvent report)
    {
        var process = report.ProcessId ?? report.ThreadId;
        return process <= 0 ? default : new EndOwner { ProcessId = process, IsOurs = processes.IsOurs(process) };
    }

    private void Add(SeenListener listener)
    {
        if (_listeners.Count < MostListeners) _listeners.Add(listener);
    }

    private void Remember(KernelEvent connect, EndOwner caller)
    {
        if (_connects.Count >= MostConnects) _connects.Clear();
        _connects[connect.SocketAddress] = (connect.Time, connect.Local, caller, connect.ProcessName);
    }

    /// <summary>The report that has the port of a socket whose connect was reported before.</summary>
    private SocketOwner? Join(KernelEvent report)
    {
        if (!_connects.Remove(report.SocketAddress, out var connect)) return null;
        if (Learn(report.FourTuple, report.Time, connect.Owner) is { } connection && connect.Local.Port == 0)
            (connection.ConnectSocket, connection.ConnectTime) = (report.SocketAddress, connect.Time);
        return connect is { Owner.ProcessId: > 0, Name: { } name }
            ? new SocketOwner(report.Time, report.Local, report.Remote, 0, connect.Owner.ProcessId, name) : null;
    }

    private SocketOwner? ListenerOf(in Segment answer)
    {
        var (server, time) = (answer.Source, answer.Time);
        return isLocal(server) && ListenerAt(server, time) is { Name: { } name, Owner: { ProcessId: > 0 } owner }
            ? new SocketOwner(time, server, answer.Destination, 0, owner.ProcessId, name) : null;
    }

    private SeenListener? ListenerAt(Endpoint server, Timestamp time)
    {
        SeenListener? found = null;
        foreach (var listener in _listeners)
            if (listener.Since <= time && listener.Takes(server) && (found is null || listener.Since >= found.Since)) found = listener;
        return found;
    }

    private SeenConnection? Learn(FourTuple end, Timestamp time, EndOwner owner)
    {
        var key = end.Normalized;
        if (!_connections.TryGetValue(key, out var connection))
        {
            if (Place(key, time, null) is not { } placed) return null;
            connection = placed;
        }

        while (connection.Start > time && connection.Previous is { } previous) connection = previous;
        if (key.Local == end.Local) connection.Low.Learn(owner);
        else connection.High.Learn(owner);
        return connection;
    }

    private SeenConnection? Place(FourTuple key, Timestamp start, SeenConnection? previous)
    {
        if (_count >= capacity)
        {
            _unplaced++;
            return null;
        }

        _count++;
        return _connections[key] = new SeenConnection(start, previous);
    }

    private bool? IsOurs(FourTuple key, SeenConnection connection)
    {
        if (connection.Start < _begin) return false;
        var low = IsOurs(key.Local, connection.Low, connection);
        var high = IsOurs(key.Remote, connection.High, connection);
        if (low == true || high == true) return true;
        return low == false && high == false ? false : null;
    }

    private bool? IsOurs(Endpoint end, EndOwner owner, SeenConnection connection)
    {
        if (Judge(owner) is { } isOurs) return isOurs;
        if ((connection.Server is null || connection.Server == end) && ListenerAt(end, connection.Start) is { } listener
            && Judge(listener.Owner) is { } listens) return listens;
        return isLocal(end) ? null : false;
    }

    private bool? Judge(EndOwner owner) =>
        owner.IsOurs == true || owner.ProcessId <= 0 ? owner.IsOurs : processes.WasOurs(owner.ProcessId) ?? owner.IsOurs;
}
