using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>Connections whose peer has closed and whose own application has not; many of one process are one finding.</summary>
internal sealed class CloseWaits : IAnalysis
{
    private const int MaxSingle = FindingOrder.FewConnections;
    private const int MaxNamed = 10;
    private const int MaxGroups = 1000;

    /// <summary>A stay in CLOSE_WAIT that is worth a finding although it ended.</summary>
    private const long LongStay = 1_000_000_000;

    private readonly Dictionary<(Side Side, Endpoint Server, string Holder, bool IsOver), Group> _groups = [];
    private long _more;

    public AnalysisInterest Interest => AnalysisInterest.States;

    public IEnumerable<Finding> Findings
    {
        get
        {
            foreach (var group in _groups.Values.OrderByDescending(group => group.Count))
                foreach (var finding in group.Findings) yield return finding;
            if (_more > 0) yield return new Finding(null, 0, $"{_more} more connections stay in CLOSE_WAIT.");
        }
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.State, Connection: { } connection, Side: { } side }) return;
        if (timelineEvent.NewState == TcpState.CloseWait)
        {
            if (connection[side].IsKnownBySegmentsOnly) return;
            var entered = new ClosingStay(TcpState.CloseWait, timelineEvent.Time, null, timelineEvent.Number);
            ConnectionNotes.Of(connection)[side].CloseWait = entered;
        }
        else if (timelineEvent.OldState == TcpState.CloseWait && ConnectionNotes.Find(connection) is { } notes
            && notes[side].CloseWait is { Event: > 0, Until: null } stay)
        {
            notes[side].CloseWait = stay with { Until = timelineEvent.Time };
        }
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.Diagnosis.IsFailure || connection.Unheard is not null) return;
        Add(connection, connection.Client);
        Add(connection, connection.Server);
    }

    private void Add(Connection connection, ConnectionEnd end)
    {
        var isStill = end.State == TcpState.CloseWait && end.FinEvent == 0;
        var past = ConnectionNotes.Find(connection)?[end.Side].CloseWait ?? default;
        if (!isStill && !(connection.HasTimes && past is { Event: > 0, Until: { } until } && until - past.Since >= LongStay)) return;
        var holder = end.Owner is { } owner ? $"{owner.ProcessName}[{owner.ProcessId}]" : "";
        var key = (end.Side, connection.Server.Address, holder, !isStill);
        if (!_groups.TryGetValue(key, out var group))
        {
            if (_groups.Count >= MaxGroups)
            {
                _more++;
                return;
            }

            _groups.Add(key, group = new Group(end.Side, connection.Server.Address, holder, !isStill));
        }

        var stay = !connection.HasTimes ? 0
            : !isStill ? past.Until!.Value - past.Since
            : end.StateSince is { } since ? Math.Max(0, connection.ObservedUntil - since) : 0;
        group.Add(connection, end, stay, isStill ? connection[end.Side.Peer()].FinEvent : past.Event);
    }

    private sealed class Group(Side side, Endpoint server, string holder, bool isOver)
    {
        private readonly List<Finding> _first = [];
        private readonly List<int> _named = [];
        private long _longest;

        public long Count { get; private set; }

        public IReadOnlyList<Finding> Findings => Count <= MaxSingle ? _first : [_first[0] with { Text = ToText() }];

        public void Add(Connection connection, ConnectionEnd end, long stay, long number)
        {
            Count++;
            _longest = Math.Max(_longest, stay);
            if (_named.Count < MaxNamed) _named.Add(connection.Number);
            if (_first.Count >= MaxSingle) return;
            var isTrouble = isOver || holder.Length > 0;
            _first.Add(new Finding(connection, number, Describe(connection, end, stay)) { IsTrouble = isTrouble });
        }

        private string Describe(Connection connection, ConnectionEnd end, long stay)
        {
            var peer = connection[side.Peer()];
            if (isOver)
            {
                var named = holder.Length > 0 ? $" ({holder})" : "";
                return $"The {side.ToText()}{named} stayed in CLOSE_WAIT for {Duration.ToText(stay)}: the"
                    + $" {peer.Side.ToText()} had closed, and its application did not close in that time.";
            }

            var isAcked = end.Evidence != Evidence.Inferred || end.HasAcknowledged(peer.FinNext);
            var held = holder.Length > 0 ? $", held by {holder}" : "";
            var lasted = stay > 0 ? $", {Duration.ToText(stay)} until the end" : "";
            return $"The {side.ToText()} stays in CLOSE_WAIT{held}{lasted}: "
                + (isAcked ? "it has received the FIN, its application has not closed."
                    : $"the {side.Peer().ToText()} closed; that its FIN arrived was not captured.");
        }

        private string ToText()
        {
            var held = holder.Length > 0 ? $", held by {holder}" : $" at the {side.ToText()}";
            var oldest = _longest > 0 ? $", the oldest for {Duration.ToText(_longest)}" : "";
            var names = string.Join(", ", _named) + (Count > _named.Count ? " …" : "");
            var stayed = isOver ? "stayed in" : "in";
            return $"{PlainText.Number(Count)} connections {stayed} CLOSE_WAIT{held}{oldest}: the {side.Peer().ToText()} closed,"
                + $" the {side.ToText()}'s application {(isOver ? "did so late" : "has not")} (server {server}; connections {names}).";
        }
    }
}
