using System.Globalization;
using TcpCapture.Export.Csv;
using TcpCapture.Export.PcapNg;
using TcpCapture.Model;
using TcpCapture.Pipeline;
using TcpCapture.Recordings;

namespace TcpCapture.Benchmarks;

/// <summary>A whole pass over a recording, stage by stage: each row adds one stage to the row before.</summary>
// The time is per frame with its share of calls and samples: 2.1 observations per frame.
internal sealed class PassBenchmark : IBenchmark
{
    private const int Connections = 100;

    public string Name => "pass";
    public string? Obstacle => null;

    public IEnumerable<Row> Run()
    {
        using var recorded = new SyntheticRecording(Connections);
        var frames = recorded.Frames;
        var perFrame = string.Create(
            CultureInfo.InvariantCulture, $"{(double)recorded.Others / frames:F1} calls and samples a frame");
        yield return Measure("read the file", frames, () => recorded.Open().Replay(NoObservations.Instance), perFrame);
        yield return Measure("… and put in order", frames, () =>
        {
            var window = new ReorderWindow(NoObservations.Instance);
            recorded.Open().Replay(window);
            window.Flush();
            if (window.Late != 0) throw new InvalidOperationException("The recording is out of order.");
        });
        yield return Measure("… and decoded, correlated, analysed", frames, () => Pass(recorded.Open()));
        yield return Measure("… and timeline.csv", frames, () =>
        {
            var recording = recorded.Open();
            using var csv = new TimelineCsv(Stream.Null, recording.Info.Start);
            Pass(recording, csv);
        });
        yield return Measure("… and timeline.pcapng", frames, () =>
        {
            var recording = recorded.Open();
            using var csv = new TimelineCsv(Stream.Null, recording.Info.Start);
            var pcapng = new TimelinePcapNg(Stream.Null, recording.Info);
            var sink = new CountingSink();
            RecordingPipeline.Run(recording, new PipelineOutputs { Timeline = [csv, pcapng, sink], Observations = pcapng });
            Check(sink, frames);
        });
    }

    private static void Pass(Recording recording, params ITimelineSink[] sinks)
    {
        var sink = new CountingSink();
        RecordingPipeline.Run(recording, new PipelineOutputs { Timeline = [.. sinks, sink] });
        Check(sink, Connections * SyntheticTraffic.SegmentsPerConnection);
    }

    private static void Check(CountingSink sink, int frames)
    {
        if (sink.Segments != frames || sink.Connections != Connections)
            throw new InvalidOperationException("The timeline is wrong.");
    }

    private static Row Measure(string what, int frames, Action work, string remark = "")
    {
        var (time, bytes) = Stopper.Measure(frames, work);
        return new Row(what, "frame", time, bytes, remark);
    }
}
