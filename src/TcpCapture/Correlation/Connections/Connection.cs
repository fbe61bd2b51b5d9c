using TcpCapture.Correlation.Clues;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.Segments;
using TcpCapture.Correlation.States;
using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture;

/// <summary>A TCP connection, from its SYN or connect call to its end. A reused port is another connection.</summary>
public sealed class Connection
{
    private PeerState? _peerState;
    private ConnectionClues? _clues;
    private bool _isContinued;
    private Timestamp? _observedUntil;

    internal Connection(int ordinal, Timestamp start, Endpoint client, Endpoint server)
    {
        Ordinal = ordinal;
        Number = ordinal;
        Start = start;
        End = start;
        Client = new ConnectionEnd(Side.Client, client);
        Server = new ConnectionEnd(Side.Server, server);
    }

    /// <summary>Number of the connection, from 1, in the order the connections began.</summary>
    public int Number { get; internal set; }

    /// <summary>Number of the connection in its table, from 1; <see cref="Number"/> can follow later.</summary>
    internal int Ordinal { get; }

    /// <summary>Time of the first observation.</summary>
    public Timestamp Start { get; internal set; }

    /// <summary>Time of the last observation.</summary>
    public Timestamp End { get; internal set; }

    /// <summary>The end of its observation: its own end, or the end of the recording if it was open then.</summary>
    internal Timestamp ObservedUntil { get => _observedUntil ?? End; set => _observedUntil = value; }

    /// <summary>The end that sent the SYN; if no SYN was captured, the end that probably did.</summary>
    public ConnectionEnd Client { get; }

    /// <summary>The other end.</summary>
    public ConnectionEnd Server { get; }

    /// <summary>True if it was open before the recording began, so its SYN was not captured.</summary>
    public bool BeganEarlier { get; internal set; }

    /// <summary>True if its first segment was no SYN. Never changes, so threads agree on it.</summary>
    internal bool IsStray { get; init; }

    /// <summary>True if it continues in the next part of the recording.</summary>
    public bool GoesOn { get; internal set; }

    /// <summary>True if it was dropped because too many were open; later segments are another connection.</summary>
    public bool WasGivenUp { get; internal set; }

    /// <summary>Time of the last ACK of the handshake; null if it was not captured.</summary>
    public Timestamp? Established { get; internal set; }

    /// <summary>Time of the first SYN; null if it was not captured.</summary>
    public Timestamp? FirstSyn { get; internal set; }

    /// <summary>What went wrong, if anything; set when the connection has ended or is no longer observed.</summary>
    public ConnectionDiagnosis Diagnosis { get; internal set; } = ConnectionDiagnosis.NotYet;

    /// <summary>What its segments show for its diagnosis.</summary>
    internal ConnectionClues Clues => _clues ??= new ConnectionClues();

    /// <summary>A connection whose segments this one has with other addresses: NAT did not translate them; null for none.</summary>
    internal Connection? Untranslated { get; set; }

    /// <summary>The ICMP errors that quote its segments; null for none.</summary>
    internal IcmpErrors? Icmp { get; set; }

    /// <summary>The sample that showed a full accept queue when its SYN arrived; null for none.</summary>
    internal SocketSample? AcceptQueue { get; set; }

    /// <summary>In a merged recording, what of its SYNs and retransmissions arrived at the other host; null for none.</summary>
    internal Arrivals? Arrivals { get; set; }

    /// <summary>A packet that the kernel dropped when a segment of this connection passed; null for none.</summary>
    internal DroppedPacket? Drop { get; set; }

    /// <summary>The end that sent the first FIN; null for none.</summary>
    internal Side? FirstToFinish { get; set; }

    /// <summary>Which end closed first. A reset is no close.</summary>
    public ClosedBy ClosedBy => FirstToFinish switch
    {
        null => ClosedBy.Nobody,
        _ when FinsCrossed => ClosedBy.Both,
        Side.Client => ClosedBy.Client,
        _ => ClosedBy.Server,
    };

    /// <summary>Zeek's <c>conn_state</c>, set when the connection has ended: SF for an orderly end.</summary>
    public ConnState ConnState { get; internal set; }

    /// <summary>Zeek's <c>history</c>, set when the connection has ended; upper case is the client.</summary>
    public string History { get; internal set; } = "";

    /// <summary>Wireshark's <c>tcp.completeness</c>, set at the end: SYN 1, SYN-ACK 2, ACK 4, data 8, FIN 16, RST 32.</summary>
    public int Completeness { get; internal set; }

    /// <summary>From the first SYN to the handshake's last ACK, in steps of 100 ns; null if unknown.</summary>
    public TimeSpan? Handshake => HandshakeNanoseconds is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : null;

    /// <summary>False if the frames of the capture have no times, so that intervals are unknown. Set at its end.</summary>
    internal bool HasTimes { get; set; } = true;

    /// <summary>As <see cref="Handshake"/>, in nanoseconds. Times that run backwards give none.</summary>
    internal long? HandshakeNanoseconds => HasTimes && Established - FirstSyn is >= 0 and var duration ? duration : null;

    /// <summary>From its first event to its last, in nanoseconds; null if unknown.</summary>
    internal long? DurationNanoseconds => HasTimes ? Math.Max(0, End - Start) : null;

    /// <summary>False if only the segments that move a state need a row.</summary>
    internal bool WritesSegments { get; set; } = true;

    /// <summary>The peer-tool state of its segments.</summary>
    internal PeerState PeerState
    {
        get => _peerState ?? CreatePeerState();
        init
        {
            _peerState = value;
            value.Attached ??= new ConnectionClues();
            _clues = (ConnectionClues)value.Attached;
            _clues.Clear();
        }
    }

    /// <summary>Keeps the results of the peer-tool state when the connection has ended.</summary>
    internal void KeepPeerResults()
    {
        IsPlain = Established is not null && !BeganEarlier && IsSettled && Client is { FinEvent: not 0, Failed.Event: 0 }
            && Server is { FinEvent: not 0, Failed.Event: 0 } && !Clues.IsUnusual;
        if (_peerState is null || _isContinued) return;
        ConnState = _peerState.Zeek.ConnState();
        History = _peerState.Zeek.Letters;
        Completeness = _peerState.Wireshark.Completeness;
    }

    /// <summary>
    /// True if no rule and no remark of the diagnosis can apply: opened, closed by both, everything acknowledged at once. Set with
    /// the peer-tool results, on the thread that has its clues in its cache.
    /// </summary>
    internal bool IsPlain { get; private set; }

    /// <summary>Lets another connection continue the stream that Wireshark sees, and keeps the results so far.</summary>
    internal void ContinueWith(Connection next)
    {
        KeepPeerResults();
        _isContinued = true;
        next.PeerState.Continue(PeerState);
    }

    /// <summary>Drops what only the report of its end needed: findings may keep many connections in memory.</summary>
    internal void Release(PeerStatePool peerStates)
    {
        if (_peerState is not null) peerStates.Return(_peerState);
        _peerState = null;
        _clues = null;
        AnalysisNotes = null;
        Neighbours = null;
        Client.Release();
        Server.Release();
    }

    /// <summary>Notes of the analyses; the correlator never uses them.</summary>
    internal object? AnalysisNotes { get; set; }

    /// <summary>What the diagnosis keeps of its listener and of its client's host; the correlator never uses them.</summary>
    internal (object? Listener, object? Host)? Neighbours { get; set; }

    /// <summary>How the connection was discovered to be half-open; null if it was not.</summary>
    internal HalfOpenDiscovery? HalfOpen { get; set; }

    /// <summary>Event of the RST that its client sent because its SYN discovered a half-open connection; 0 for none.</summary>
    internal long DiscoveryReset { get; set; }

    /// <summary>Number of the event of the server's SYN if the SYNs crossed; else 0.</summary>
    internal long CrossingSyn { get; set; }

    /// <summary>True if the FINs crossed: each end sent its FIN before the other's arrived.</summary>
    internal bool FinsCrossed => Client.FinCrossed || Server.FinCrossed;

    /// <summary>The addresses of client and server.</summary>
    public override string ToString() => $"{Client} → {Server}";

    private PeerState CreatePeerState() => _peerState = new PeerState();

    /// <summary>One end of the connection.</summary>
    public ConnectionEnd this[Side side] => side == Side.Client ? Client : Server;

    /// <summary>True if the first listing of sockets contained it before any segment.</summary>
    internal bool WasFound { get; set; }

    /// <summary>True once kernel events of another socket with the same addresses were ignored.</summary>
    internal bool HasNamesake { get; set; }

    /// <summary>How its end is queued: true for over, false for TIME_WAIT; null if it is not.</summary>
    internal bool? NotedOver { get; set; }

    /// <summary>The connections of this host to the same server when its connect found no free port; null if it did not fail so.</summary>
    internal PortUse? PortUse { get; set; }

    /// <summary>True for a connect that did not succeed and of which no segment was captured: an attempt, no connection.</summary>
    public bool IsAttempt => !HasSegments && Client is { ConnectEvent: not 0, HasConnected: false } && Established is null;

    private bool HasSegments => Client.Segments + Server.Segments > 0;

    /// <summary>True if only segments are known: no call, sample or kernel event.</summary>
    internal bool IsKnownBySegmentsOnly => Client.IsKnownBySegmentsOnly && Server.IsKnownBySegmentsOnly;

    /// <summary>The end without a captured segment although the other acknowledged some; null for none.</summary>
    internal Side? Unheard => this switch
    {
        _ when Client.Address == Server.Address => null,
        { Server.Segments: 0, Client: { Segments: > 0, LastAckSent: not 0 } } => Side.Server,
        { Client.Segments: 0, Server: { Segments: > 0, SentSynAck: false, LastAckSent: not 0 } } => Side.Client,
        { Client.Segments: 0, Server: { Segments: > 1, SentSynAck: true } } => Side.Client,
        _ => null,
    };

    /// <summary>True if neither end has a socket.</summary>
    internal bool IsOver => Client.State == TcpState.Closed && Server.State is TcpState.Closed or TcpState.Listen;

    /// <summary>True if each end is closed or in TIME_WAIT, so no segment is expected.</summary>
    internal bool IsSettled =>
        Client.State is TcpState.Closed or TcpState.TimeWait
        && Server.State is TcpState.Closed or TcpState.Listen or TcpState.TimeWait;
}
