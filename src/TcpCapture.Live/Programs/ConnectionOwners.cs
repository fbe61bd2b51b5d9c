using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>Finds the processes that own each connection, so that other processes' connections can be left out. Thread-safe.</summary>
/// <remarks>
/// Theory of operation. There are two kinds of evidence. First, a kernel event names the thread whose socket connects or
/// listens. The event of a connect has no port yet, so it is kept until the socket's next event. Second, the inode of a
/// sampled socket leads to a process. Whether a process is one of the observed programs is asked at once, while it runs. If
/// it has already ended, its number is kept and asked about again at the end, when the trace of the programs is complete.
///
/// Port reuse is detected by the ISN. Evidence arrives later than segments, so earlier connections of a four-tuple are kept
/// and the evidence is assigned by its time. The server's end belongs to the process that listened at its address.
///
/// A connection is left out only if each end belongs to another process or another host. Memory is limited to
/// <paramref name="capacity"/> connections; further ones stay in the recording.
/// </remarks>
internal sealed class ConnectionOwners(IProgramProcesses processes, Func<Endpoint, bool> isLocal, int capacity = 1 << 18)
{
    private const int MaxListeners = 4096;
    private const int MaxConnects = 65_536;
    private const int MaxNamed = 65_536;

    private readonly Lock _gate = new();
    private readonly Dictionary<FourTuple, SeenConnection> _connections = [];
    private readonly Dictionary<ulong, (Timestamp Time, Endpoint Local, EndOwner Owner, string? Name)> _connects = [];
    private readonly List<SeenListener> _listeners = [];
    private readonly HashSet<int> _named = [];
    private Timestamp _begin = new(long.MinValue);
    private int _count;
    private long _unplaced;

    /// <summary>Adds a listener that existed before the trace.</summary>
    public void AddListener(Endpoint local, Timestamp since, int process, string? name, bool isOurs)
    {
        lock (_gate) Add(new SeenListener(local, since, new EndOwner { ProcessId = process, IsOurs = isOurs }, name));
    }

    /// <summary>Sets the time at which the programs start; earlier connections are not theirs.</summary>
    public void Begin(Timestamp time)
    {
        lock (_gate) _begin = time;
    }

    /// <summary>Adds a segment; a SYN-ACK returns the listener's process, if known. Samples and calls can refine it later.</summary>
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

            // A connection without an ISN is known from evidence only, or it began before the recording.
            if (connection is null || (connection.Isn is { } isn && isn != segment.Seq))
                connection = Place(key, segment.Time, connection);
            if (connection is null) return null;
            connection.Isn ??= segment.Seq;
            connection.Server ??= segment.Destination;
            connection.Start = Timestamp.Min(connection.Start, segment.Time);
            return null;
        }
    }

    /// <summary>Adds a kernel event; returns the socket's owner if this event has completed it.</summary>
    public SocketOwner? OnTrace(KernelEvent report)
    {
        if (report.Kind != KernelEventKind.StateChange || report.SocketAddress == 0) return null;
        var isOpening = report is { OldState: TcpState.Closed, NewState: TcpState.Listen or TcpState.SynSent };
        var caller = isOpening ? CallerOf(report) : default; // asked now, while the process runs
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

    /// <summary>Adds a call of a program; the first one of a process that uses a connection returns its name.</summary>
    public SocketOwner? OnCall(SocketCall call)
    {
        if (call is not { End: { } end, Local: { Port: > 0 } local, Remote: { Port: > 0 } remote }) return null;
        if (call.Name is not ("connect" or "accept" or "send" or "recv")) return null;
        lock (_gate)
        {
            if (call.Name is "connect" or "accept")
                Learn(new FourTuple(local, remote), end, new EndOwner { ProcessId = call.ProcessId, IsOurs = true });
            if (_named.Count >= MaxNamed) _named.Clear();
            return _named.Add(call.ProcessId) && processes.NameOf(call.ProcessId) is { } name
                ? new SocketOwner(call.Begin, local, remote, 0, call.ProcessId, name) : null;
        }
    }

    /// <summary>Returns the connections to leave out, by the evidence so far.</summary>
    public ForeignTraffic FindForeign()
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
                    else foreign.Add(key, isFirst ? new Timestamp(long.MinValue) : connection.Start, until, connection);
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

    /// <summary>The process that caused an event; the thread's number if its process is unknown.</summary>
    private EndOwner CallerOf(KernelEvent report)
    {
        var process = report.ProcessId ?? report.ThreadId;
        return process <= 0 ? default : new EndOwner { ProcessId = process, IsOurs = processes.IsOurs(process) };
    }

    private void Add(SeenListener listener)
    {
        if (_listeners.Count < MaxListeners) _listeners.Add(listener);
    }

    private void Remember(KernelEvent connect, EndOwner caller)
    {
        if (_connects.Count >= MaxConnects) _connects.Clear();
        _connects[connect.SocketAddress] = (connect.Time, connect.Local, caller, connect.ProcessName);
    }

    /// <summary>Joins an event that has the port with the earlier event of the same socket's connect.</summary>
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
            if (listener.Since <= time && listener.Accepts(server) && (found is null || listener.Since >= found.Since)) found = listener;
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
