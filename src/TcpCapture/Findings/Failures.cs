using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>What went wrong with each connection; many alike, by cause, peer and process, are one finding.</summary>
/// <param name="isChosen">True for the number of a connection that the user chose: its failure is a finding of its own.</param>
internal sealed class Failures(Predicate<int>? isChosen = null) : IAnalysis
{
    /// <summary>So many groups are told apart by peer and process; further ones by their cause only.</summary>
    private const int MaxGroups = 4000;

    /// <summary>So many peers with the same failure are named one by one.</summary>
    private const int MaxPeers = 5;

    private readonly Dictionary<Key, FailureGroup> _failures = [];
    private readonly Dictionary<Key, FailureGroup> _probes = [];
    private readonly FindingList _chosen = new("failures", isTrouble: true);
    private readonly FindingList _remarks = new("what is unusual");

    public AnalysisInterest Interest => AnalysisInterest.None;

    public IEnumerable<Finding> Findings
    {
        get
        {
            foreach (var finding in _chosen) yield return finding with { Rank = FindingRank.Failure };
            foreach (var finding in Grouped(_failures)) yield return finding with { Rank = FindingRank.Failure, IsTrouble = true };
            foreach (var finding in Grouped(_probes)) yield return finding;
            foreach (var finding in _remarks) yield return finding;
        }
    }

    public void OnConnectionEnded(Connection connection)
    {
        var diagnosis = connection.Diagnosis;
        if (diagnosis.Remarks.Count > 0)
            foreach (var remark in diagnosis.Remarks) _remarks.Add(connection, 0, $"{remark}");
        if (diagnosis.What.Length == 0) return;
        if (isChosen?.Invoke(connection.Number) == true && diagnosis.IsFailure)
        {
            _chosen.Add(connection, diagnosis.Event, $"{diagnosis}");
            return;
        }

        var groups = diagnosis.IsFailure ? _failures : _probes;
        var key = Key.Of(connection);
        if (groups.Count >= MaxGroups && !groups.ContainsKey(key)) key = key.WithoutPeer;
        if (!groups.TryGetValue(key, out var group)) groups.Add(key, group = new FailureGroup(key));
        group.Add(connection);
    }

    /// <summary>The groups, the largest first; a failure of many peers is one group.</summary>
    private static IEnumerable<Finding> Grouped(Dictionary<Key, FailureGroup> groups) => groups.Values
        .GroupBy(group => group.Key.WithoutPeer)
        .SelectMany(alike => alike.Count() > MaxPeers ? [FailureGroup.Of(alike.Key, [.. alike])] : (IEnumerable<FailureGroup>)alike)
        .OrderByDescending(group => group.Count)
        .SelectMany(group => group.Findings);

    /// <summary>What failures have in common.</summary>
    internal readonly record struct Key(
        Cause Cause, ConnectionOutcome Outcome, Side? ResetBy, Endpoint? Server, string? Process, int? ProcessId)
    {
        public static Key Of(Connection connection)
        {
            var diagnosis = connection.Diagnosis;
            var holder = connection.Client.Owner ?? connection.Server.Owner;
            return new Key(
                diagnosis.Cause, diagnosis.Outcome, diagnosis.ResetBy, connection.Server.Address, holder?.ProcessName, holder?.ProcessId);
        }

        public Key WithoutPeer => new(Cause, Outcome, ResetBy, null, null, null);
    }
}

/// <summary>Connections that failed in the same way.</summary>
internal sealed class FailureGroup(Failures.Key key)
{
    private const int MaxSingle = FindingOrder.FewConnections;
    private const int MaxNamed = 10;

    private readonly List<Finding> _first = [];
    private readonly List<int> _named = [];
    private int _peers = 1;

    public Failures.Key Key => key;

    public long Count { get; private set; }

    /// <summary>Each failure if there are few, else one finding about all.</summary>
    public IReadOnlyList<Finding> Findings => Count <= MaxSingle ? _first : [_first[0] with { Text = ToText() }];

    public void Add(Connection connection)
    {
        Count++;
        if (_named.Count < MaxNamed) _named.Add(connection.Number);
        if (_first.Count < MaxSingle)
            _first.Add(new Finding(connection, connection.Diagnosis.Event, connection.Diagnosis.ToString()));
    }

    /// <summary>Joins the groups of many peers.</summary>
    public static FailureGroup Of(Failures.Key key, IReadOnlyList<FailureGroup> groups)
    {
        var whole = new FailureGroup(key) { _peers = groups.Count };
        foreach (var group in groups)
        {
            whole.Count += group.Count;
            whole._first.AddRange(group._first.Take(MaxSingle - whole._first.Count));
            whole._named.AddRange(group._named.Take(MaxNamed - whole._named.Count));
        }

        return whole;
    }

    private string ToText()
    {
        var where = key.Server is { } server ? $" to {server}"
            : _peers > 1 ? $" in {PlainText.Number(_peers)} groups of server and process" : "";
        var holder = key.Process is { } process ? $" of {process}[{key.ProcessId}]" : "";
        var by = key is { Outcome: ConnectionOutcome.Reset, ResetBy: { } side } ? $"reset by the {side.ToText()}" : key.Outcome.ToText();
        var names = string.Join(", ", _named) + (Count > _named.Count ? " …" : "");
        return $"{PlainText.Number(Count)} connections{holder}{where} {by} ({key.Cause.ToText()}): connections {names}."
            + $" The first: {_first[0].Text}";
    }
}
