using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Capture files → batches → lanes → <see cref="AnalysisStage"/> → sinks.</summary>
// Each lane has a correlator. Without timeline sinks, lanes run on several threads, and results that need the order of the capture
// are emitted after each batch.
internal sealed class CapturePipeline
{
    private readonly CaptureSource _source;
    private readonly AnalysisStage _stage;
    private readonly IMarkSink? _marks;
    private readonly ConnectionRegister _register;
    private readonly LaneRecorder[] _recorders;
    private readonly Correlator[] _correlators;
    private readonly LaneOutcome[][] _outcomes;

    private CapturePipeline(CaptureSource source, PipelineOutputs outputs)
    {
        _source = source;
        _stage = new AnalysisStage(source.Info, outputs);
        _marks = outputs.Marks;
        var workers = outputs.Timeline.Count == 0 ? source.Workers : 1;
        _register = new ConnectionRegister(outputs.NeedsSegments, workers == 1 ? _stage.OnBegun : null);
        _recorders = workers == 1 ? [] : [.. Enumerable.Range(0, workers).Select(_ => new LaneRecorder(_stage.OfConnections))];
        _correlators = [.. Enumerable.Range(0, Lanes.Count).Select(CreateCorrelator)];
        _outcomes = workers == 1 ? [] : [.. Enumerable.Range(0, BatchPipeline.MaxBatches).Select(_ => LaneOutcome.ForLanes())];
    }

    /// <summary>Reads capture files to their end, or until they are cancelled.</summary>
    /// <returns>The findings, in the order of their events.</returns>
    /// <exception cref="CaptureFileException">A file can no longer be read.</exception>
    public static IReadOnlyList<Finding> Run(CaptureSource source, PipelineOutputs outputs)
    {
        var pipeline = new CapturePipeline(source, outputs);
        var workers = pipeline.CreateWorkers();
        var end = source.Read(workers.Length, (worker, batch) => workers[worker].Process(batch), pipeline.Complete);
        pipeline._stage.AdvanceTo(end.Time);
        var timelineEnd = new TimelineEnd(end, null, 0)
        {
            Missing = source.Missing,
            Remarks = [.. source.Remarks],
            UnmatchedIcmp = source.Tally.Of(DecodeResult.IcmpWithoutQuote),
        };
        return pipeline._stage.Complete(pipeline._correlators, timelineEnd, end.Time);
    }

    private CaptureWorker[] CreateWorkers() => _recorders.Length == 0
        ? [new CaptureWorker(0, 1, _correlators, null, _outcomes, _stage.AdvanceTo)]
        : [.. _recorders.Select((recorder, number) => new CaptureWorker(number, _recorders.Length, _correlators, recorder, _outcomes))];

    /// <summary>Emits the results of a batch in the order of the capture. A single thread has already emitted them.</summary>
    private void Complete(DecodedBatch batch)
    {
        if (_recorders.Length == 0) return;
        var outcomes = _outcomes[batch.Slot];
        LaneOutcome.InOrder(outcomes, outcome => outcome.Begun, begun => _register.Number(begun.Connection));
        if (_marks is not null)
        {
            LaneOutcome.InOrder(outcomes, outcome => outcome.Marked, marked => _marks.OnMarked(
                marked.Connection, marked.Sender, batch.Frames.Entries[marked.Index].Time, batch.FirstFrame + marked.Index, marked.Marks));
        }

        LaneOutcome.InOrder(outcomes, outcome => outcome.Passed, passed =>
        {
            if (passed.Passage == LaneOutcome.Passage.Began) _stage.OnBegun(passed.Connection);
            else if (passed.Passage == LaneOutcome.Passage.Opened) _stage.OnOpened(passed.Connection);
            else End(passed.Connection, batch.Frames.Entries[passed.Index].Time);
        });
        foreach (var outcome in outcomes) outcome.Clear();
    }

    private void End(Connection connection, Timestamp time)
    {
        _stage.AdvanceTo(time);
        _stage.OnConnectionEnded(connection);
    }

    private Correlator CreateCorrelator(int lane)
    {
        if (_recorders.Length == 0)
            return new Correlator(_stage, _source.Info.Ports, _register, _marks, _stage.PeerStates, Lanes.Count);
        var recorder = _recorders[lane % _recorders.Length];
        return new Correlator(recorder, _source.Info.Ports, recorder, _marks is null ? null : recorder, _stage.PeerStates, Lanes.Count);
    }
}
