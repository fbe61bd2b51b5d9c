using TcpCapture.Correlation;
using TcpCapture.Diagnosis;
using TcpCapture.Findings;
using TcpCapture.Findings.Calls;
using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture.Pipeline;

/// <summary>The last stage of both pipelines: timeline → analyses → sinks. Findings become the last events.</summary>
internal sealed class AnalysisStage : ITimelineSink
{
    private readonly PipelineOutputs _outputs;
    private readonly AnalysisSet _analyses;
    private readonly bool _hasTimes;
    private readonly Diagnoser _diagnoser = new();
    private Timestamp _latest;
    private readonly ConnectionTotals _totals = new();
    private TimelineEnd? _end;

    public AnalysisStage(RecordingInfo info, PipelineOutputs outputs)
    {
        _outputs = outputs;
        _hasTimes = info.HasTimes;
        var syns = new SynRetransmits(SettingsOf(info, Side.Client));
        foreach (var sink in outputs.Connections) syns.Attempted += sink.OnSyn;
        _analyses = new AnalysisSet(
        [
            new Failures(outputs.IsChosen), new FailedCalls(), new DelayedSends(), new ListenerClosings(), new HalfOpenings(),
            new Opening(), new CloseWaits(), new Closing(),
            new Endings(() => _latest), syns, new SynAckRetransmits(SettingsOf(info, Side.Server)), new Passages(info), new Losses(info),
        ], outputs.IsChosen);
    }

    /// <summary>The pool of peer-tool states; a connection returns its state when it has been emitted.</summary>
    public PeerStatePool PeerStates { get; } = new();

    /// <summary>Receives events of single connections; safe on several threads if each has its own connections.</summary>
    public ITimelineSink OfConnections => _analyses;

    public void AdvanceTo(Timestamp time) => _latest = time;

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        _latest = Timestamp.Max(_latest, timelineEvent.Time);
        if (IsOpened(timelineEvent)) OnOpened(timelineEvent.Connection!);
        _analyses.OnEvent(timelineEvent, frame);
        foreach (var sink in _outputs.Timeline) sink.OnEvent(timelineEvent, frame);
    }

    /// <summary>Receives a connection that begins.</summary>
    public void OnBegun(Connection connection) => _diagnoser.Neighbours.Begin(connection);

    /// <summary>Receives a connection whose handshake was completed.</summary>
    public void OnOpened(Connection connection) => _diagnoser.Neighbours.Establish(connection);

    /// <summary>True for the event that completes a handshake.</summary>
    public static bool IsOpened(in TimelineEvent timelineEvent) => timelineEvent is
    {
        Kind: EventKind.State, NewState: TcpState.Established, Side: Side.Server, IsFound: false, Connection: { BeganEarlier: false },
    };

    public void OnConnectionEnded(Connection connection)
    {
        connection.HasTimes = _hasTimes;
        if (_end is { } end) connection.ObservedUntil = end.End?.Time ?? _latest;
        _diagnoser.Diagnose(connection, _latest);
        _totals.Add(connection);
        _analyses.OnConnectionEnded(connection);
        foreach (var sink in _outputs.Connections) sink.OnConnectionEnded(connection);
        foreach (var sink in _outputs.Timeline) sink.OnConnectionEnded(connection);
        connection.Release(PeerStates);
    }

    /// <summary>Ends open connections, emits the findings and completes every sink.</summary>
    // Returns the findings, in the order of their events.
    // correlators: all correlators that emit into this stage. lastObservation: the time of findings if the recording has no end
    // mark.
    public IReadOnlyList<Finding> Complete(IReadOnlyList<Correlator> correlators, TimelineEnd end, Timestamp lastObservation)
    {
        _end = end;
        foreach (var correlator in correlators) correlator.FinishObservations();
        var open = correlators.SelectMany(correlator => correlator.TakeAll(end.End is { IsContinued: true }));
        var inOrder = open.OrderBy(connection => connection.Number).ToArray();
        foreach (var connection in inOrder) _diagnoser.Neighbours.LinkUntranslated(connection);
        foreach (var connection in inOrder) OnConnectionEnded(connection);

        end = end with
        {
            GivenUp = correlators.Sum(correlator => correlator.GivenUp),
            UnmatchedIcmp = end.UnmatchedIcmp + correlators.Sum(correlator => correlator.UnmatchedIcmp),
        };
        _analyses.OnCompleted(end);
        var disagreements = correlators.SelectMany(correlator => correlator.Disagreements)
            .Select(d => new Finding(d.Connection, d.Event, d.Text) { IsTrouble = true });
        var findings = FindingOrder.Arrange(_analyses.Findings.Concat(disagreements), _totals, _outputs.IsChosen);
        Emit(findings, correlators.Max(correlator => correlator.Events), end.End?.Time ?? lastObservation);
        foreach (var sink in _outputs.Connections) sink.OnCompleted(end);
        foreach (var sink in _outputs.Timeline) sink.OnCompleted(end);
        return findings;
    }

    private void Emit(Finding[] findings, long number, Timestamp time)
    {
        foreach (var finding in findings)
        {
            var found = new TimelineEvent
            {
                Number = ++number,
                Kind = EventKind.Finding,
                Time = time,
                Connection = finding.Connection,
                CausedBy = finding.Event,
                Note = finding.Text,
            };
            foreach (var sink in _outputs.Timeline) sink.OnEvent(found, default);
        }
    }

    private static IReadOnlyDictionary<string, string> SettingsOf(RecordingInfo info, Side side) =>
        (info.Peer is { } peer && info.PeerSide == side ? peer : info).Settings;
}
