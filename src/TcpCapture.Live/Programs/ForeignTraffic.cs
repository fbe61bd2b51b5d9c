using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>The connections, and parts of them, that belong to other processes than the programs observed.</summary>
internal sealed class ForeignTraffic
{
    private readonly Dictionary<FourTuple, List<(Timestamp From, Timestamp Until)>> _connections = [];
    private readonly HashSet<(ulong Socket, Timestamp Time)> _reports = [];
    private readonly Dictionary<Endpoint, List<(Timestamp Since, bool IsForeign)>> _listeners = [];

    /// <summary>Connections of the programs.</summary>
    public long Kept { get; private set; }

    /// <summary>Connections known to be others'.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Connections of which that could not be known.</summary>
    public long Unknown { get; private set; }

    /// <summary>True if nothing is to be left out.</summary>
    public bool IsEmpty => LeftOut == 0 && _reports.Count == 0 && _listeners.Values.All(times => times.All(time => !time.IsForeign));

    public void CountKept() => Kept++;

    public void CountUnknown(long count) => Unknown += count;

    /// <summary>A connection.</summary>
    /// <param name="key">Its addresses, the lower one first.</param>
    /// <param name="from">The time from which the addresses were its.</param>
    /// <param name="until">The time until which they were.</param>
    /// <param name="connectSocket">Where the kernel keeps the socket that connected, if that was reported; else 0.</param>
    /// <param name="connectTime">When that was reported.</param>
    public void Add(FourTuple key, Timestamp from, Timestamp until, ulong connectSocket, Timestamp connectTime)
    {
        if (!_connections.TryGetValue(key, out var times)) _connections.Add(key, times = []);
        times.Add((from, until));
        LeftOut++;
        if (connectSocket != 0) AddConnect(connectSocket, connectTime);
    }

    /// <summary>The report of a connect, which has no port yet.</summary>
    public void AddConnect(ulong socket, Timestamp time) => _reports.Add((socket, time));

    /// <summary>A listener, in the order they were known: who had the address from then on.</summary>
    public void AddListener(Endpoint local, Timestamp since, bool isForeign)
    {
        if (!_listeners.TryGetValue(local, out var times)) _listeners.Add(local, times = []);
        times.Add((since, isForeign));
    }

    /// <summary>True if the segment, look or report at that time is of another's connection.</summary>
    public bool Has(in FourTuple tuple, Timestamp time)
    {
        if (tuple.Remote.Port == 0) return HasListener(tuple.Local, time);
        var key = tuple.Local.CompareTo(tuple.Remote) <= 0 ? tuple : tuple.Reverse();
        if (!_connections.TryGetValue(key, out var times)) return false;
        foreach (var (from, until) in times)
            if (time >= from && time < until) return true;
        return false;
    }

    /// <summary>True if the kernel's report is of another's socket.</summary>
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
