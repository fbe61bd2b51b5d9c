using TcpCapture.Correlation.Segments;
using TcpCapture.Diagnosis;
using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture;

/// <summary>A TCP connection: from its SYN, or the call that asked for it, to its end. A port used again is another connection.</summary>
public sealed class Connection
{
    private PeerState? _peerState;
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

    /// <summary>Number of the connection, from 1, in the order they began.</summary>
    public int Number { get; internal set; }

    /// <summary>Which one it is of its table, from 1: known at once, where the number may have to wait for other tables.</summary>
    internal int Ordinal { get; }

    /// <summary>Time of the first thing known of it.</summary>
    public Timestamp Start { get; }

    /// <summary>Time of the last thing known of it.</summary>
    public Timestamp End { get; internal set; }

    /// <summary>Until when it was observed: its end, or the recording's if it was open then.</summary>
    internal Timestamp ObservedUntil { get => _observedUntil ?? End; set => _observedUntil = value; }

    /// <summary>The end that sent the SYN; where none was seen, the one that is likely to have.</summary>
    public ConnectionEnd Client { get; }

    /// <summary>The other end.</summary>
    public ConnectionEnd Server { get; }

    /// <summary>True if it was open before the recording began: its SYN was not seen.</summary>
    public bool BeganEarlier { get; internal set; }

    /// <summary>True if it continues in the next part of the recording.</summary>
    public bool GoesOn { get; internal set; }

    /// <summary>True if it was dropped because too many connections were open; its later segments are another connection.</summary>
    public bool WasGivenUp { get; internal set; }

    /// <summary>Time of the handshake's last ACK; null if it was not completed or not seen.</summary>
    public Timestamp? Established { get; internal set; }

    /// <summary>Time of the first SYN; null if none was seen.</summary>
    public Timestamp? FirstSyn { get; internal set; }

    /// <summary>Who reset it and why; null if nobody did.</summary>
    public ResetVerdict? Reset { get; internal set; }

    /// <summary>The sample that showed its listener's accept queue full when its SYN came; null if none did.</summary>
    internal SocketSample? AcceptQueue { get; set; }

    /// <summary>The kernel's reason for a frame that it dropped just when a SYN of this connection passed; null if it reported none.</summary>
    internal string? DropReason { get; set; }

    /// <summary>Which end's FIN was seen first; null if neither.</summary>
    internal Side? FirstToFinish { get; set; }

    /// <summary>Which end closed first. A reset does not close.</summary>
    public ClosedBy ClosedBy => FirstToFinish switch
    {
        null => ClosedBy.Nobody,
        _ when FinsCrossed => ClosedBy.Both,
        Side.Client => ClosedBy.Client,
        _ => ClosedBy.Server,
    };

    /// <summary>How it ended, in a few words: <c>closed, client first</c>, <c>reset by server: unread-data</c>, <c>no answer to 5 SYNs</c>.</summary>
    public string Diagnosis => ConnectionEnding.Describe(this);

    /// <summary>Zeek's <c>conn_state</c>, known when the connection has ended: SF for an orderly end.</summary>
    public ConnState ConnState { get; internal set; }

    /// <summary>Zeek's <c>history</c>, known when the connection has ended; upper case is the client.</summary>
    public string History { get; internal set; } = "";

    /// <summary>
    /// Wireshark's <c>tcp.completeness</c>, known when the connection has ended: SYN 1, SYN-ACK 2, ACK 4, data 8, FIN 16, RST 32.
    /// </summary>
    public int Completeness { get; internal set; }

    /// <summary>From the first SYN to the handshake's last ACK, in steps of 100 ns; null if either was not seen.</summary>
    public TimeSpan? Handshake => FirstSyn is { } begin && Established is { } end ? TimeSpan.FromTicks((end - begin) / 100) : null;

    /// <summary>False if its single segments are not wanted: those that move no state have no row then.</summary>
    internal bool IsTold { get; set; } = true;

    /// <summary>What its segments say by the definitions of peers.</summary>
    internal PeerState PeerState
    {
        get => _peerState ?? CreatePeerState();
        init => _peerState = value;
    }

    /// <summary>The connection has ended: keeps what its peer-tool state says, which is returned to the pool.</summary>
    internal void KeepPeerResults()
    {
        if (_peerState is null) return;
        ConnState = _peerState.Zeek.ConnState();
        History = _peerState.Zeek.Letters;
        Completeness = _peerState.Wireshark.Completeness;
    }

    /// <summary>
    /// It has been reported: drops what only that needed. Findings keep their connections, and there may be as many as there
    /// were connections.
    /// </summary>
    /// <param name="peerStates">Takes back its peer state.</param>
    internal void Release(PeerStatePool peerStates)
    {
        if (_peerState is not null) peerStates.Return(_peerState);
        _peerState = null;
        AnalysisNotes = null;
        Client.Release();
        Server.Release();
    }

    /// <summary>A slot for the analyses, who alone read and write it; the correlator never does.</summary>
    internal object? AnalysisNotes { get; set; }

    /// <summary>How it was discovered to be half-open; null if it was not.</summary>
    internal HalfOpenDiscovery? HalfOpen { get; set; }

    /// <summary>Number of the event of the other end's SYN, if each end sent one before the other's had arrived; else 0.</summary>
    internal long CrossingSyn { get; set; }

    /// <summary>True if the FINs crossed: each was sent before the other had arrived, and nobody closed first.</summary>
    internal bool FinsCrossed => Client.FinCrossed || Server.FinCrossed;

    /// <summary>The addresses of client and server.</summary>
    public override string ToString() => $"{Client} → {Server}";

    private PeerState CreatePeerState() => _peerState = new PeerState();

    /// <summary>One end of it.</summary>
    public ConnectionEnd this[Side side] => side == Side.Client ? Client : Server;

    /// <summary>True if the first listing of sockets showed it before any segment.</summary>
    internal bool WasFound { get; set; }

    /// <summary>True once kernel events of another socket with the same addresses were ignored.</summary>
    internal bool HasNamesake { get; set; }

    /// <summary>How its end was last noted: true for over, false for TIME_WAIT only; null if it was not.</summary>
    internal bool? NotedOver { get; set; }

    /// <summary>True if all that is known of it are segments: it comes from a capture, not from a recording.</summary>
    internal bool IsKnownBySegmentsOnly => Client.IsKnownBySegmentsOnly && Server.IsKnownBySegmentsOnly;

    /// <summary>The end without a captured segment although the other acknowledged some; null if there is none.</summary>
    internal Side? Unheard => this switch
    {
        { Server.Segments: 0, Client: { Segments: > 0, LastAckSent: not 0 } } => Side.Server,
        { Client.Segments: 0, Server: { Segments: > 0, SentSynAck: false, LastAckSent: not 0 } } => Side.Client,
        { Client.Segments: 0, Server: { Segments: > 1, SentSynAck: true } } => Side.Client,
        _ => null,
    };

    /// <summary>True if neither end has a socket any more.</summary>
    internal bool IsOver => Client.State == TcpState.Closed && Server.State is TcpState.Closed or TcpState.Listen;

    /// <summary>True if no segment is due any more: each end is gone, or in TIME_WAIT.</summary>
    internal bool IsSettled =>
        Client.State is TcpState.Closed or TcpState.TimeWait
        && Server.State is TcpState.Closed or TcpState.Listen or TcpState.TimeWait;
}
