using TcpCapture.Model;

namespace TcpCapture.Findings.Calls;

/// <summary>Calls that failed without a connection. Failed connects whose address is known belong to the diagnosis.</summary>
internal sealed class FailedCalls : IAnalysis
{
    /// <summary>Limit of different failures.</summary>
    private const int MaxFailures = 200;

    private const string MoreDescriptors = "Raise its limit (ulimit -n, LimitNOFILE), or find the descriptors that it never closes.";

    private const string NoAddress = "No segment was sent; the kernel's trace does not show to which address.";

    private readonly Dictionary<(string Name, string Error, int Process, Endpoint Address), Failure> _failures = [];
    private readonly Dictionary<int, string> _names = [];
    private long _more;

    public AnalysisInterest Interest => AnalysisInterest.Calls;

    public IEnumerable<Finding> Findings
    {
        get
        {
            foreach (var (key, failure) in _failures)
            {
                var text = failure.ToText(key.Name, key.Error, NameOf(key.Process), key.Address);
                yield return new Finding(null, failure.First, text) { IsTrouble = true, Rank = FindingRank.Failure };
            }

            if (_more > 0) yield return new Finding(null, 0, $"{_more} more calls failed, of other processes or with other errors.");
        }
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Call, Call: { Error: { } error } call } || Explain(call.Name, error) is null) return;
        if (call.Name == "connect" && timelineEvent.Connection is not null) return;
        var key = (call.Name, error, call.ProcessId, call.Local ?? default);
        if (!_failures.TryGetValue(key, out var failure))
        {
            if (_failures.Count == MaxFailures)
            {
                _more++;
                return;
            }

            _failures.Add(key, failure = new Failure(timelineEvent.Number, call.Side));
        }

        failure.Count++;
        failure.Last = timelineEvent.Number;
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (_failures.Count == 0) return;
        foreach (var end in (ReadOnlySpan<ConnectionEnd>)[connection.Client, connection.Server])
            if (end is { ProcessId: { } process, ProcessName: { } name } && _names.Count < MaxFailures) _names.TryAdd(process, name);
    }

    private string NameOf(int process) =>
        process == 0 ? "" : _names.TryGetValue(process, out var name) ? $" ({name}[{process}])" : $" (process {process})";

    /// <summary>What the failure means; null if it is not reported here: an ordinary result, or a consequence.</summary>
    private static (string Means, string Remedy)? Explain(string name, string error) => (name, error) switch
    {
        ("accept", "EMFILE") => (" is out of file descriptors", $"Connections wait in the accept queue meanwhile. {MoreDescriptors}"),
        ("socket", "EMFILE") => (" is out of file descriptors", MoreDescriptors),
        ("accept" or "socket", "ENFILE") =>
            ("'s host is out of file descriptors", "Raise fs.file-max, or find the process that never closes its files."),
        ("accept" or "socket", "ENOBUFS" or "ENOMEM") =>
            ("'s kernel is out of memory for sockets", "See net.ipv4.tcp_mem and the cgroup's memory limit."),
        ("bind" or "listen", "EADDRINUSE") =>
            (" asked for an address and port that another socket has", "ss -tlnp shows who listens on it."),
        ("connect", "ENETUNREACH") => (" has no route to the address it asked for", NoAddress),
        ("connect", "EHOSTUNREACH" or "EHOSTDOWN") => ("'s host has a route that says unreachable, or ARP had failed before", NoAddress),
        ("connect", "EACCES" or "EPERM") => (" may not connect there: a prohibit route, a BPF program or SELinux forbids it", NoAddress),
        ("connect", "EINVAL") => ("'s host does not connect there: a blackhole route, or arguments that do not fit", NoAddress),
        ("connect", "EADDRNOTAVAIL") => (" found no free local port, or has no such source address", NoAddress),
        ("connect", "EADDRINUSE") => (" has another socket with the same addresses and ports", NoAddress),
        ("connect", "EAFNOSUPPORT" or "ENETDOWN" or "ECONNREFUSED" or "ETIMEDOUT" or "ENOBUFS" or "ENOMEM") =>
            (" could not connect", NoAddress),
        ("bind", "EADDRNOTAVAIL") => (" asked for an address that this host does not have", "ip address shows those it has."),
        ("bind", "EACCES" or "EPERM") =>
            (" may not use that port", "Ports below net.ipv4.ip_unprivileged_port_start need CAP_NET_BIND_SERVICE."),
        _ => null,
    };

    private sealed class Failure(long first, Side side)
    {
        public long First { get; } = first;
        public long Last { get; set; }
        public long Count { get; set; }

        public string ToText(string name, string error, string process, Endpoint address)
        {
            var (means, remedy) = Explain(name, error)!.Value;
            var where = address.Port == 0 ? "" : $" on {address}";
            var times = Count == 1 ? $"once (event {First})" : $"{Count} times (events {First} to {Last})";
            return $"The {side.ToText()}{process}{means}: {name}{where} failed with {error} {times}. {remedy}";
        }
    }
}
