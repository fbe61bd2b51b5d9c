using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>Which end closed first, and in which state each end remains.</summary>
internal sealed class Closing : IAnalysis
{
    private const int MaxNamed = 10;

    private readonly FindingList _findings = new("how connections ended");
    private readonly List<Connection> _open = [];
    private long _openTotal;

    public AnalysisInterest Interest => AnalysisInterest.States;

    public FindingRank Rank => FindingRank.Course;

    public IEnumerable<Finding> Findings => _openTotal switch
    {
        0 => _findings,
        1 => _findings.Append(new Finding(_open[0], 0, "Nobody closed: both ends are ESTABLISHED.")),
        _ => _findings.Append(new Finding(null, 0,
            $"Nobody closed {_openTotal} of the connections ({string.Join(", ", _open.Select(c => c.Number))}"
            + $"{(_openTotal > MaxNamed ? " …" : "")}): their ends are ESTABLISHED.")),
    };

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent is not { Kind: EventKind.State, Connection: { } connection, Side: { } side }) return;
        if (timelineEvent is { OldState: TcpState.FinWait2 or TcpState.TimeWait, NewState: TcpState.Closed, CausedBy: 0, Note: { } note })
            ConnectionNotes.Of(connection)[side].SilentEnd = new SilentEnd(timelineEvent.OldState, timelineEvent.Number, note);
    }

    public void OnConnectionEnded(Connection connection)
    {
        if (connection.Diagnosis.IsFailure) return; // it says what happened
        if (ConnectionNotes.Find(connection) is { } notes)
        {
            AddSilentEnd(connection, Side.Client, notes);
            AddSilentEnd(connection, Side.Server, notes);
        }

        if (connection.FirstToFinish is { } first && connection.Client.Address != connection.Server.Address) AddCloser(connection, first);
        AddEnd(connection, connection.Client);
        AddEnd(connection, connection.Server);
        if (connection.GoesOn || connection.Unheard is not null) return;
        if (connection.Client.State != TcpState.Established || connection.Server.State != TcpState.Established) return;
        if (IsWaitedFor(connection.Client, connection.Server) || IsWaitedFor(connection.Server, connection.Client)) return;
        _openTotal++;
        if (_open.Count < MaxNamed) _open.Add(connection);
    }

    /// <summary>True if something of an end was not acknowledged.</summary>
    private static bool IsWaitedFor(ConnectionEnd end, ConnectionEnd peer) => end.Segments > 0 && end.SndNxt != peer.LastAckSent;

    private void AddSilentEnd(Connection connection, Side side, ConnectionNotes notes)
    {
        if (notes[side].SilentEnd is { } silent)
            _findings.Add(connection, silent.Event, $"The {side.ToText()}'s {silent.State.ToRfcName()} ended: {silent.Note}.");
    }

    private void AddCloser(Connection connection, Side first)
    {
        var end = connection[first];
        var peer = connection[first.Peer()];
        if (connection.FinsCrossed)
        {
            _findings.Add(connection, peer.FinEvent,
                $"Both ends closed: their FINs crossed, for neither acknowledges the other (events {end.FinEvent} and {peer.FinEvent}).");
        }
        else if (end.ClosedByKill)
        {
            var how = end.Closing.Name == "kill" ? "was killed" : "ended";
            _findings.Add(connection, end.FinEvent, $"The {first.ToText()}'s process {how}: the kernel closed its socket with a FIN.");
        }
        else if (peer.FinEvent != 0)
            _findings.Add(connection, end.FinEvent, $"The {first.ToText()} closed first, then the {peer.Side.ToText()}.");
        else if (connection.Unheard == peer.Side)
        {
            _findings.Add(connection, end.FinEvent,
                $"The {first.ToText()} closed; whether the {peer.Side.ToText()} did cannot be told: none of its segments was captured.");
        }
        else
            _findings.Add(connection, end.FinEvent, $"The {first.ToText()} closed, the {peer.Side.ToText()} did not.");
    }

    private void AddEnd(Connection connection, ConnectionEnd end)
    {
        if (connection.Unheard is not null) return; // Losses reports that its state is unknown
        var side = end.Side.ToText();
        switch (end.State)
        {
            case TcpState.TimeWait:
                _findings.Add(connection, 0,
                    $"The {side} holds TIME_WAIT{Left(end)}: {WhyTimeWait(connection)} and keeps the port for late segments"
                        + $" (2·MSL, 60 s on Linux).");
                break;
            case TcpState.FinWait2 when end.LastSample is { Kind: SocketKind.TimeWait }:
                _findings.Add(connection, 0,
                    $"The {side} waits in FIN_WAIT_2{Left(end)} for a FIN; when the timer runs out (tcp_fin_timeout) it"
                        + $" vanishes without a segment.");
                break;
            case TcpState.SynSent when connection[end.Side.Peer()].Segments == 0:
                _findings.Add(connection, 0, $"The {side} is still in SYN_SENT: its SYN has not been answered.");
                break;
            case TcpState.SynRecv when !connection[end.Side.Peer()].HasAcknowledged(unchecked(end.Iss + 1)):
                _findings.Add(connection, 0, $"The {side} is still in SYN_RECV: the handshake's last ACK has not come.");
                break;
        }
    }

    private static string WhyTimeWait(Connection connection) =>
        connection.FinsCrossed ? "it closed before the other's FIN had come, as the other did," : "it closed first";

    private static string Left(ConnectionEnd end) =>
        end.LastSample is { Timer: SocketTimer.TimeWait, TimerMilliseconds: { } left } && end.LastSample.State == end.State
            ? $" (timer: {Duration.ToText(left * 1_000_000L)} left in the last sample)"
            : "";
}
