using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>The connections and listeners of processes that are not observed.</summary>
internal sealed class ForeignTraffic
{
    private readonly Dictionary<FourTuple, List<(Timestamp From, Timestamp Until)>> _connections = [];
    private readonly HashSet<(ulong Socket, Timestamp Time)> _reports = [];
    private readonly Dictionary<Endpoint, List<(Timestamp Since, bool IsForeign)>> _listeners = [];

    public long Kept { get; private set; } // connections of the observed programs
    public long LeftOut { get; private set; } // connections of other processes
    public long Unknown { get; private set; } // connections with an unknown owner

    public bool IsEmpty =>
        LeftOut == 0 && _reports.Count == 0 && _listeners.Values.All(times => times.All(time => !time.IsForeign));

    public void CountKept() => Kept++;
    public void CountUnknown(long count) => Unknown += count;

    /// <summary>Adds a connection that used a normalized four-tuple during this time.</summary>
    public void Add(FourTuple key, Timestamp from, Timestamp until, SeenConnection connection)
    {
        if (!_connections.TryGetValue(key, out var times)) _connections.Add(key, times = []);
        times.Add((from, until));
        LeftOut++;
        if (connection.ConnectSocket != 0) AddConnect(connection.ConnectSocket, connection.ConnectTime);
    }

    /// <summary>Adds the kernel event of a connect, which has no port yet.</summary>
    public void AddConnect(ulong socket, Timestamp time) => _reports.Add((socket, time));

    /// <summary>Adds a listener; the later one of an address replaces the earlier one from its time on.</summary>
    public void AddListener(Endpoint local, Timestamp since, bool isForeign)
    {
        if (!_listeners.TryGetValue(local, out var times)) _listeners.Add(local, times = []);
        times.Add((since, isForeign));
    }

    /// <summary>True if a segment, sample or event at this time belongs to another process's connection or listener.</summary>
    public bool Has(in FourTuple tuple, Timestamp time)
    {
        if (tuple.Remote.Port == 0) return HasListener(tuple.Local, time);
        if (!_connections.TryGetValue(tuple.Normalized, out var times)) return false;
        foreach (var (from, until) in times)
            if (time >= from && time < until) return true;
        return false;
    }

    public bool Has(KernelEvent report)
    {
        if (report.Kind is KernelEventKind.Gap or KernelEventKind.Drop) return false;
        return report.Local.Port == 0 ? _reports.Contains((report.SocketAddress, report.Time)) : Has(report.FourTuple, report.Time);
    }

    private bool HasListener(Endpoint local, Timestamp time)
    {
        var isForeign = false;
        if (!_listeners.TryGetValue(local, out var times)) return false;
        foreach (var (since, foreign) in times)
            if (since <= time) isForeign = foreign;
        return isForeign;
    }
}
