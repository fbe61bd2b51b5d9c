using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>Events and states of an open connection that rules need beyond the connection's own counts.</summary>
internal sealed class ConnectionFacts(Connection connection, RecordingInfo info)
{
    private TimelineEvent? _lastAck;

    public Connection Connection { get; } = connection;
    public RecordingInfo Info { get; } = info;
    public EndFacts Client { get; } = new();
    public EndFacts Server { get; } = new();
    public VerdictEvent? Handshake { get; private set; } // the handshake's last ACK
    public Timestamp ObservedUntil { get; private set; } // the end of its observation

    public EndFacts this[Side side] => side == Side.Client ? Client : Server;

    /// <summary>The connection's name for people.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture,
        $"connection {Connection.Number} ({Connection.Client.Address} → {Connection.Server.Address})");

    public void Add(in TimelineEvent e)
    {
        if (e.Side is not { } side) return;
        FindHandshake();
        if (e.Kind == EventKind.State)
        {
            this[side].Changed(e, Info.Start, Connection.BeganEarlier ? Info.Start : Connection.Start);
        }
        else if (e is { Kind: EventKind.Segment, IsReadable: true })
        {
            this[side].Sent(e, Info.Start, Connection[side.Peer()]);
            var mayComplete = Connection is { FirstSyn: not null, Established: null } && e.Segment.Has(TcpFlags.Ack);
            _lastAck = mayComplete ? e : null;
        }
    }

    public void Complete(Timestamp observedUntil)
    {
        FindHandshake();
        ObservedUntil = observedUntil;
    }

    /// <summary>Finds the handshake's last ACK, which the connection marks after the segment's event.</summary>
    private void FindHandshake()
    {
        if (_lastAck is not { } last || Connection.Established != last.Time) return;
        Handshake = VerdictEvent.Of(last, Info.Start);
        _lastAck = null;
    }
}
