using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Pipeline;

/// <summary>Recording → reorder window → decoding → correlator → <see cref="AnalysisStage"/> → sinks, on one thread.</summary>
internal sealed class RecordingPipeline : IObservationSink
{
    private readonly IObservationSink? _observations;
    private readonly Correlator _correlator;
    private long _frames;
    private Timestamp _latest;

    private RecordingPipeline(RecordingInfo info, AnalysisStage stage, PipelineOutputs outputs)
    {
        _latest = info.Start;
        _observations = outputs.Observations;
        _correlator = new Correlator(stage, info.Ports, new ConnectionRegister(begun: stage.OnBegun), outputs.Marks, stage.PeerStates);
    }

    /// <summary>Reads a recording to its end. Returns the findings, in the order of their events.</summary>
    /// <exception cref="RecordingException">The recording is damaged.</exception>
    public static IReadOnlyList<Finding> Run(Recording recording, PipelineOutputs outputs)
    {
        var stage = new AnalysisStage(recording.Info, outputs);
        var pipeline = new RecordingPipeline(recording.Info, stage, outputs);
        var window = new ReorderWindow(pipeline);
        recording.Replay(window);
        return pipeline.Complete(recording, stage, window);
    }

    /// <summary>Reads a recording as its events are asked for.</summary>
    /// <exception cref="RecordingException">The recording is damaged.</exception>
    public static IEnumerable<TimelineEvent> Read(Recording recording, CancellationToken cancellationToken)
    {
        var events = new EventQueue();
        var outputs = new PipelineOutputs { Timeline = [events] };
        var stage = new AnalysisStage(recording.Info, outputs);
        var pipeline = new RecordingPipeline(recording.Info, stage, outputs);
        var window = new ReorderWindow(pipeline);
        foreach (var _ in recording.ReplayInSteps(window))
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (events.TryDequeue(out var next)) yield return next;
        }

        pipeline.Complete(recording, stage, window);
        while (events.TryDequeue(out var next)) yield return next;
    }

    private IReadOnlyList<Finding> Complete(Recording recording, AnalysisStage stage, ReorderWindow window)
    {
        window.Flush();
        var end = new TimelineEnd(recording.End, recording.CutOff, window.Late) { Missing = recording.Missing, Lost = recording.Lost };
        return stage.Complete([_correlator], end, _latest);
    }

    void IObservationSink.OnFrame(in Frame frame)
    {
        _latest = frame.Time;
        _observations?.OnFrame(frame);
        var number = ++_frames;
        var result = SegmentDecoder.Decode(frame, out var segment);
        if (result == DecodeResult.Segment) _correlator.OnSegment(BeforeTranslation(segment, frame.Passage), number, frame);
        else if (IcmpDecoder.Decode(frame, result, out var error))
            _correlator.OnIcmp(BeforeTranslation(error, frame.Passage), number, frame);
        else _correlator.OnUnreadable(Explain(result, frame), number, frame);
    }

    void IObservationSink.OnCall(SocketCall call)
    {
        _latest = Timestamp.Max(_latest, call.Begin);
        _observations?.OnCall(call);
        _correlator.OnCall(call);
    }

    // Calls that returned before an observation without a row are emitted first; files keep this order.
    void IObservationSink.OnSample(SocketSample sample)
    {
        _correlator.Approach(sample.NotAfter, isAhead: true);
        _observations?.OnSample(sample);
        _correlator.OnSample(sample);
    }

    void IObservationSink.OnOwner(SocketOwner owner)
    {
        _correlator.Approach(owner.Time, isAhead: false);
        _observations?.OnOwner(owner);
        _correlator.OnOwner(owner);
    }

    void IObservationSink.OnTrace(KernelEvent trace)
    {
        _correlator.Approach(trace.Time, isAhead: true);
        _observations?.OnTrace(trace);
        _correlator.OnTrace(trace);
    }

    /// <summary>The segment with its addresses at the first host, before address translation.</summary>
    private static Segment BeforeTranslation(in Segment segment, FramePassage? passage) =>
        passage is { Source: { } source, Destination: { } destination }
            ? segment with { Source = source, Destination = destination }
            : segment;

    private static IcmpError BeforeTranslation(in IcmpError error, FramePassage? passage) =>
        passage is { Source: { } source, Destination: { } destination }
            ? error with { Source = source, Destination = destination }
            : error;

    private sealed class EventQueue : Queue<TimelineEvent>, ITimelineSink
    {
        public void OnEvent(in TimelineEvent timelineEvent, in Frame frame) => Enqueue(timelineEvent);
    }

    private static string Explain(DecodeResult result, in Frame frame) => result switch
    {
        DecodeResult.Malformed => string.Create(CultureInfo.InvariantCulture,
            $"malformed: inconsistent or truncated header ({frame.Bytes.Length} of {frame.OriginalLength} bytes captured)"),
        DecodeResult.Fragment => "IP fragment: the segment is incomplete",
        DecodeResult.Aggregate => "A-MSDU aggregate, which is not decoded",
        DecodeResult.UnsupportedLinkType => string.Create(CultureInfo.InvariantCulture,
            $"unsupported link type {frame.LinkType}"),
        DecodeResult.Opaque => $"not decoded: {OpaqueProtocols.NameOf(SegmentDecoder.OpaqueCodeOf(frame))}",
        _ => "not a TCP segment",
    };
}
