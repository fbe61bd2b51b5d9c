using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Analysis;

/// <summary>Half-open connections that were discovered (RFC 9293 section 3.5.1): why the end that opens anew sends an RST.</summary>
internal sealed class HalfOpenings : IAnalysis
{
    private const int MostTold = 1000;

    private readonly Dictionary<int, Trail> _open = [];
    private readonly List<Discovery> _discoveries = [];
    private long _more;

    /// <summary>In words at the end only: what became of the new connection has to be known.</summary>
    public IEnumerable<Finding> Findings
    {
        get
        {
            foreach (var discovery in _discoveries) yield return new Finding(discovery.Old, discovery.Reset, discovery.ToText());
            if (_more > 0) yield return new Finding(null, 0, $"{_more} more half-open connections were discovered so.");
        }
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.Segment, Connection: { } connection, Side: { } side }) return;
        var segment = timelineEvent.Segment;
        if (segment.Has(TcpFlags.Rst))
        {
            if (connection.Reset is not null || !_open.TryGetValue(connection.Number, out var trail)) return;
            if (side != Side.Client || trail.Ack != timelineEvent.CausedBy || trail.AckCause == 0) return;
            foreach (var other in _open.Values)
            {
                if (other.Syn != trail.AckCause || other.Connection == connection) continue;
                if (_discoveries.Count < MostTold) _discoveries.Add(new Discovery(connection, other.Connection, other.Syn, trail.Ack, timelineEvent.Number));
                else _more++;
            }

            return;
        }

        if (side == Side.Client && !segment.Has(TcpFlags.Syn)) return;
        if (!_open.TryGetValue(connection.Number, out var known)) _open.Add(connection.Number, known = new Trail(connection));
        if (side == Side.Client) known.Syn = timelineEvent.Number;
        else (known.Ack, known.AckCause) = (timelineEvent.Number, timelineEvent.CausedBy);
    }

    public void OnConnectionEnded(Connection connection) => _open.Remove(connection.Number);

    /// <summary>The latest SYN of a connection's client, and the latest segment of its server with its cause.</summary>
    private sealed class Trail(Connection connection)
    {
        public Connection Connection { get; } = connection;

        public long Syn { get; set; }

        public long Ack { get; set; }

        public long AckCause { get; set; }
    }

    private sealed record Discovery(Connection Old, Connection New, long Syn, long Ack, long Reset)
    {
        public string ToText() =>
            $"Why the client sent an RST: its SYN for connection {New.Number} (event {Syn}) reached the server's old socket, which still held "
            + $"connection {Old.Number} and answered with that connection's ACK (event {Ack}, a challenge ACK: RFC 5961 section 4.2). "
            + "To a client in SYN_SENT this acknowledges nothing it has sent, so it must answer with an RST of that number "
            + $"(event {Reset}; RFC 9293 section 3.5.1). That ended the old socket"
            + (New.Established is null ? "." : $", and connection {New.Number} was opened with the SYN sent again.");
    }
}
