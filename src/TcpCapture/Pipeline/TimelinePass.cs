using System.Globalization;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Decoding;
using TcpCapture.Export.PcapNg;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.PeerTools;
using TcpCapture.Recordings;

namespace TcpCapture.Pipeline;

/// <summary>
/// One pass over a recording, or over captures made by others: observations are correlated and analysed, and the timeline is
/// handed to sinks, findings last. Nothing flows back.
/// </summary>
internal sealed class TimelinePass : IObservationSink, ITimelineSink
{
    private readonly ITimelineSource _source;
    private readonly IReadOnlyList<ITimelineSink> _sinks;
    private readonly TimelinePcapNg? _raw;
    private readonly IMarkSink? _markSink;
    private readonly SynRetransmits _syns;
    private readonly AnalysisSet _analyses;
    private readonly ConnectionRegister _register;
    private readonly PeerStatePool _peerStates = new();
    private readonly LaneRecorder[] _recorders;
    private readonly Correlator[] _correlators;
    private long _frames;
    private Timestamp _now;
    private Timestamp _latest;
    private bool _hasEnded;

    /// <param name="source">What the timeline is made of.</param>
    /// <param name="sinks">Take the timeline.</param>
    /// <param name="raw">Takes also the raw samples, owners and kernel events, to write them into the file again.</param>
    /// <param name="isTold">Which connections' single segments are asked for, by number; null: all.</param>
    /// <param name="markSink">Told of every segment that has marks; null: nobody is.</param>
    public TimelinePass(ITimelineSource source, IReadOnlyList<ITimelineSink> sinks, TimelinePcapNg? raw = null, Predicate<int>? isTold = null, IMarkSink? markSink = null)
    {
        _source = source;
        _sinks = sinks;
        _raw = raw;
        _now = source.Info.Start;
        _markSink = markSink;
        _syns = new SynRetransmits(SettingsOf(Side.Client));
        _analyses = new AnalysisSet(
        [
            new Resets(source.Info.Captures is not null), new ListenerClosings(), new HalfOpenings(), new Opening(), new Closing(), new Endings(() => _latest), _syns,
            new SynAckRetransmits(SettingsOf(Side.Server)), new Passages(source.Info), new Losses(source.Info),
        ]);
        _register = new ConnectionRegister(isTold);

        // Sinks want the timeline in one order, so one thread makes it.
        var workers = sinks.Count == 0 ? source.Workers : 1;
        _recorders = workers == 1 ? [] : [.. Enumerable.Range(0, workers).Select(_ => new LaneRecorder(_analyses))];
        _correlators = [.. Enumerable.Range(0, source.Tables).Select(CreateCorrelator)];
    }

    /// <summary>A recording's.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="sinks">Take the timeline.</param>
    /// <param name="raw">Takes also the raw samples, owners and kernel events, to write them into the file again.</param>
    public TimelinePass(Recording recording, IReadOnlyList<ITimelineSink> sinks, TimelinePcapNg? raw = null)
        : this(new RecordingSource(recording), sinks, raw)
    {
    }

    /// <summary>Told of each connection once it has ended.</summary>
    public event Action<Connection>? Ended;

    /// <summary>Told of each SYN once its connection has ended.</summary>
    public event Action<SynAttempt>? Attempted
    {
        add => _syns.Attempted += value;
        remove => _syns.Attempted -= value;
    }

    /// <summary>Runs the pass.</summary>
    /// <returns>The findings, in the order they were given to the sinks.</returns>
    public IReadOnlyList<Finding> Run()
    {
        _source.Feed(this);
        _hasEnded = true;
        foreach (var correlator in _correlators) correlator.FinishObservations();
        var left = _correlators.SelectMany(correlator => correlator.TakeAll(_source.End is { IsContinued: true }));
        foreach (var connection in left.OrderBy(connection => connection.Number)) Tell(connection);
        var end = new TimelineEnd(_source.End, _source.CutOff, _source.Late)
        {
            Missing = _source.Missing,
            Lost = _source.Lost,
            Remarks = [.. _source.Remarks],
            GivenUp = _correlators.Sum(correlator => correlator.GivenUp),
        };
        _analyses.OnCompleted(end);
        var findings = _analyses.Findings
            .Concat(_correlators.SelectMany(correlator => correlator.Disagreements).Select(d => new Finding(d.Connection, d.Event, d.Text) { IsTrouble = true }))
            .OrderBy(f => f.Connection?.Number ?? int.MaxValue).ToArray();
        var number = _correlators.Max(correlator => correlator.Events);
        foreach (var finding in findings)
        {
            Hand(new TimelineEvent
            {
                Number = ++number,
                Kind = EventKind.Finding,
                Time = _source.End?.Time ?? _now,
                Connection = finding.Connection,
                CausedBy = finding.Event,
                Note = finding.Text,
            });
        }

        foreach (var sink in _sinks) sink.OnCompleted(end);
        return findings;
    }

    /// <summary>Of a capture: what follows its connections, each on a thread of its own.</summary>
    public IReadOnlyList<CaptureWorker> CreateWorkers() => _recorders.Length == 0
        ? [new CaptureWorker(0, 1, _correlators, null, At)]
        : [.. _recorders.Select((recorder, number) => new CaptureWorker(number, _recorders.Length, _correlators, recorder))];

    /// <summary>Of a capture: it has come to this time.</summary>
    public void At(Timestamp time) => _now = _latest = time;

    /// <summary>Of a capture: all workers are done with a batch, and what they have found out is told in order.</summary>
    public void Conclude(DecodedBatch batch)
    {
        if (_recorders.Length == 0) return; // it was told at once
        LaneOutcome.InOrder(batch.Outcomes, outcome => outcome.Begun, begun => _register.Number(begun.Connection));
        if (_markSink is not null)
        {
            LaneOutcome.InOrder(batch.Outcomes, outcome => outcome.Marked, marked => _markSink.OnMarked(
                marked.Connection, marked.Sender, batch.Frames.Entries[marked.Index].Time, batch.FirstFrame + marked.Index, marked.Marks));
        }

        LaneOutcome.InOrder(batch.Outcomes, outcome => outcome.Ended, ended =>
        {
            At(batch.Frames.Entries[ended.Index].Time);
            Tell(ended.Connection);
        });
        foreach (var outcome in batch.Outcomes) outcome.Clear();
    }

    void IObservationSink.OnFrame(in Frame frame)
    {
        _now = frame.Time;
        var number = ++_frames;
        var result = SegmentDecoder.Decode(frame, out var segment);
        if (result == DecodeResult.Segment) Only.OnSegment(AsSeenFirst(segment, frame.Passage), number, frame);
        else Only.OnUnreadable(Explain(result, frame), number, frame);
    }

    void IObservationSink.OnCall(SocketCall call)
    {
        _now = Timestamp.Max(_now, call.Begin);
        Only.OnCall(call);
    }

    void IObservationSink.OnSample(SocketSample sample)
    {
        Only.Approach(sample.NotAfter, isAhead: true);
        _raw?.OnRaw(sample, _now);
        Only.OnSample(sample);
    }

    void IObservationSink.OnOwner(SocketOwner owner)
    {
        Only.Approach(owner.Time, isAhead: false);
        _raw?.OnRaw(owner, _now);
        Only.OnOwner(owner);
    }

    void IObservationSink.OnTrace(KernelEvent trace)
    {
        Only.Approach(trace.Time, isAhead: true);
        _raw?.OnRaw(trace, _now);
        Only.OnTrace(trace);
    }

    void ITimelineSink.OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        _latest = Timestamp.Max(_latest, timelineEvent.Time);
        _analyses.OnEvent(timelineEvent, frame);
        foreach (var sink in _sinks) sink.OnEvent(timelineEvent, frame);
    }

    void ITimelineSink.OnConnectionEnded(Connection connection) => Tell(connection);

    private void Tell(Connection connection)
    {
        if (_hasEnded) connection.ObservedUntil = _source.End?.Time ?? _latest;
        _analyses.OnConnectionEnded(connection);
        Ended?.Invoke(connection);
        foreach (var sink in _sinks) sink.OnConnectionEnded(connection);
        connection.Release(_peerStates);
    }

    /// <summary>The correlator of a recording, which has but one.</summary>
    private Correlator Only => _correlators[0];

    private Correlator CreateCorrelator(int table)
    {
        var recorder = _recorders.Length == 0 ? null : _recorders[table % _recorders.Length];
        IMarkSink? marks = _markSink is null || recorder is null ? _markSink : recorder;
        return new Correlator(recorder ?? (ITimelineSink)this, _source.Info.Ports, recorder ?? (IConnectionRegister)_register, marks, _peerStates, _source.Tables);
    }

    private void Hand(in TimelineEvent timelineEvent)
    {
        foreach (var sink in _sinks) sink.OnEvent(timelineEvent, default);
    }

    /// <summary>The segment with the addresses it has at the first host, where they were translated on the way.</summary>
    private static Segment AsSeenFirst(in Segment segment, FramePassage? passage) => passage is { Source: { } source, Destination: { } destination }
        ? segment with { Source = source, Destination = destination }
        : segment;

    /// <summary>The settings of the host that a program ran on.</summary>
    private IReadOnlyDictionary<string, string> SettingsOf(Side side) =>
        (_source.Info is { Peer: { } peer } info && info.PeerSide == side ? peer : _source.Info).Settings;

    private static string Explain(DecodeResult result, in Frame frame) => result switch
    {
        DecodeResult.Malformed => string.Create(CultureInfo.InvariantCulture,
            $"malformed: a header contradicts itself or is cut ({frame.Bytes.Length} of {frame.OriginalLength} bytes captured)"),
        DecodeResult.Fragment => "a fragment of an IP datagram: the segment in it is not whole",
        DecodeResult.Aggregate => "several frames in one (A-MSDU), which are not taken apart",
        DecodeResult.UnsupportedLinkType => string.Create(CultureInfo.InvariantCulture,
            $"link type {frame.LinkType} cannot be decoded"),
        _ => "not a TCP segment",
    };
}
