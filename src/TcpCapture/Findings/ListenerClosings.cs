using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>What closing a listener did to its accepted and its queued connections.</summary>
internal sealed class ListenerClosings : IAnalysis
{
    private const int MaxNamed = 10;

    /// <summary>Limit of closed listeners: each is compared with every later segment.</summary>
    private const int MaxClosed = 100;

    private readonly List<Closed> _closed = [];
    private long _more;

    public AnalysisInterest Interest => AnalysisInterest.Segments | AnalysisInterest.States;

    public FindingRank Rank => FindingRank.Course;

    public IEnumerable<Finding> Findings
    {
        get
        {
            foreach (var closed in _closed) yield return new Finding(null, closed.Event, closed.ToText());
            if (_more == 0) yield break;
            yield return new Finding(null, 0,
                $"{_more} more listening sockets were closed; what became of their connections was not followed.");
        }
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is
            { Kind: EventKind.State, Connection: null, OldState: TcpState.Listen, NewState: TcpState.Closed, Local: { } local })
        {
            if (_closed.Count < MaxClosed) _closed.Add(new Closed(timelineEvent.Number, timelineEvent.Time, local));
            else _more++;
            return;
        }

        if (_closed.Count == 0 || timelineEvent.Segment.Length == 0) return;
        if (timelineEvent is not { Kind: EventKind.Segment, IsRetransmission: false, Connection: { } connection }) return;
        foreach (var closed in _closed)
            if (closed.Owned(connection)) closed.GoesOn(connection, timelineEvent.Segment.Length);
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.Diagnosis is not { Cause: Cause.ListenerClosed } reset) return;
        foreach (var closed in _closed)
            if (closed.Owned(connection) && reset.Event > closed.Event) closed.Resets(connection, reset.Event);
    }

    /// <summary>A closed listener and the outcome of its connections.</summary>
    private sealed class Closed(long number, Timestamp time, Endpoint address)
    {
        private readonly SortedDictionary<int, long> _bytes = [];
        private readonly List<(int Connection, long Reset)> _reset = [];
        private bool _more;

        public long Event { get; } = number;

        public bool Owned(Connection connection) =>
            connection.Start < time && connection.Server.Address.Port == address.Port
            && (connection.Server.Address == address || address.IsAnyAddress);

        public void GoesOn(Connection connection, int length)
        {
            if (_bytes.TryGetValue(connection.Number, out var bytes) || _bytes.Count < MaxNamed) _bytes[connection.Number] = bytes + length;
            else _more = true;
        }

        public void Resets(Connection connection, long reset)
        {
            if (_reset.Count < MaxNamed) _reset.Add((connection.Number, reset));
            else _more = true;
        }

        public string ToText()
        {
            var text = $"Closing the listening socket {address} sent no FIN: a FIN tells a connection's peer that no more will come, "
                + "and a listener is no end of a connection, it has no peer.";
            if (_bytes.Count > 0)
            {
                var each = string.Join(", ", _bytes.Select(b => $"{b.Key} ({b.Value} bytes afterwards)"));
                text += $" What it had accepted has sockets of its own and went on: connection {each}.";
            }

            if (_reset.Count > 0)
            {
                var each = string.Join(", ", _reset.Select(r => $"{r.Connection} (event {r.Reset})"));
                text += $" What waited in its accept queue can be accepted by nobody any more and was reset: connection {each}.";
            }

            return _more ? text + " There are more of them." : text;
        }
    }
}
