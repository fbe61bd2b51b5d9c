using System.Globalization;
using TcpCapture.Analysis;
using TcpCapture.Capture;
using TcpCapture.Captures;
using TcpCapture.Correlation;
using TcpCapture.Export.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture;

/// <summary>
/// One pass over a recording, or over captures made by others: observations are correlated and analysed, and the timeline is
/// handed to sinks, findings last. Nothing flows back.
/// </summary>
internal sealed class TimelinePass : IObservationSink, ITimelineSink
{
    private readonly ITimelineSource _source;
    private readonly IReadOnlyList<ITimelineSink> _sinks;
    private readonly TimelinePcapNg? _raw;
    private readonly SynRetransmits _syns;
    private readonly ConnectionReports _reports = new();
    private readonly Losses _losses;
    private readonly IAnalysis[] _analyses;
    private readonly IAnalysis[] _ofOpenings;
    private readonly IAnalysis[] _ofSegments;
    private readonly IAnalysis[] _ofStates;
    private readonly Correlator _correlator;
    private long _frames;
    private Timestamp _now;
    private bool _isReportedLater;

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
        _syns = new SynRetransmits(SettingsOf(Side.Client));
        _losses = new Losses(source.Info);
        _analyses =
        [
            new Resets(source.Info.Captures is not null), new ListenerClosings(), new HalfOpenings(), new Opening(), new Closing(), new Endings(), _syns,
            new SynAckRetransmits(SettingsOf(Side.Server)), _reports, new Passages(source.Info), _losses,
        ];
        _ofSegments = OfInterest(AnalysisInterest.Segments);
        _ofOpenings = [.. OfInterest(AnalysisInterest.Openings), .. _ofSegments];
        _ofStates = OfInterest(AnalysisInterest.States);
        _correlator = new Correlator(this, source.Info.Ports, isTold, markSink);
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
    public event Action<ConnectionReport>? Reported
    {
        add => _reports.Reported += value;
        remove => _reports.Reported -= value;
    }

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
        var end = new TimelineEnd(_source.End, _source.CutOff, _source.Late) { Missing = _source.Missing };
        foreach (var sink in _sinks) sink.OnRecordingEnded(end);
        _correlator.Finish(_source.End is { IsContinued: true });
        _losses.AddRemarks(_source.Remarks);
        _losses.Conclude(_source.End, _source.CutOff, _source.Missing, _source.Late);
        _losses.AddGivenUp(_correlator.GivenUp);
        var findings = _analyses.SelectMany(a => a.Findings)
            .Concat(_correlator.Disagreements.Select(d => new Finding(d.Connection, d.Event, d.Text) { IsTrouble = true }))
            .OrderBy(f => f.Connection?.Number ?? int.MaxValue).ToArray();
        var number = _correlator.Events;
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

        return findings;
    }

    /// <summary>True if connections may be reported from another thread: nobody takes the timeline, whose sinks a report may share.</summary>
    public bool MayReportLater => _sinks.Count == 0;

    /// <summary>From now on tracks are fed, and connections reported, by somebody else.</summary>
    public void ReportLater(TrackingThread tracks)
    {
        _correlator.FeedTracksBy(tracks);
        _reports.Postpones = connection => _isReportedLater = tracks.Postpones(connection);
    }

    /// <summary>Reports a connection that has ended.</summary>
    public void Report(Connection connection)
    {
        _reports.Report(connection);
        connection.ReleaseTrack();
    }

    /// <summary>A decoded segment, the hash of whose four-tuple is known.</summary>
    public void OnSegment(in Segment segment, ulong hash, long frameNumber, in Frame frame)
    {
        _now = segment.Time;
        _correlator.OnSegment(segment, hash, frameNumber, frame);
    }

    /// <summary>A segment whose checksum is wrong: no end has taken it.</summary>
    public void OnCorrupt(in Segment segment, ulong hash) => _correlator.OnCorrupt(segment, hash);

    void IObservationSink.OnFrame(in Frame frame)
    {
        _now = frame.Time;
        var number = ++_frames;
        var result = SegmentDecoder.Decode(frame, out var segment);
        if (result == DecodeResult.Segment) _correlator.OnSegment(AsSeenFirst(segment, frame.Passage), number, frame);
        else _correlator.OnUnreadable(Explain(result, frame), number, frame);
    }

    void IObservationSink.OnCall(SocketCall call)
    {
        _now = Timestamp.Max(_now, call.Begin);
        _correlator.OnCall(call);
    }

    void IObservationSink.OnSample(SocketSample sample)
    {
        _correlator.Approach(sample.NotAfter, isAhead: true);
        _raw?.OnRaw(sample, _now);
        _correlator.OnSample(sample);
    }

    void IObservationSink.OnOwner(SocketOwner owner)
    {
        _correlator.Approach(owner.Time, isAhead: false);
        _raw?.OnRaw(owner, _now);
        _correlator.OnOwner(owner);
    }

    void IObservationSink.OnTrace(KernelEvent trace)
    {
        _correlator.Approach(trace.Time, isAhead: true);
        _raw?.OnRaw(trace, _now);
        _correlator.OnTrace(trace);
    }

    void ITimelineSink.OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        foreach (var analysis in Interested(timelineEvent)) analysis.OnEvent(timelineEvent, frame);
        foreach (var sink in _sinks) sink.OnEvent(timelineEvent, frame);
    }

    void ITimelineSink.OnConnectionEnded(Connection connection)
    {
        foreach (var analysis in _analyses) analysis.OnConnectionEnded(connection);
        foreach (var sink in _sinks) sink.OnConnectionEnded(connection);
        if (!_isReportedLater) connection.ReleaseTrack();
    }

    private IAnalysis[] OfInterest(AnalysisInterest interest) => [.. _analyses.Where(analysis => (analysis.Interest & interest) != 0)];

    private IAnalysis[] Interested(in TimelineEvent timelineEvent) => timelineEvent.Kind switch
    {
        EventKind.Segment => timelineEvent.Segment.Has(TcpFlags.Syn) ? _ofOpenings : _ofSegments,
        EventKind.State => _ofStates,
        _ => [],
    };

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
