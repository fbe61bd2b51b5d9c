using TcpCapture.Export.Csv;
using TcpCapture.Export.PcapNg;
using TcpCapture.Export.Report;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture.Benchmarks;

/// <summary>The cost of writing an event, without correlation and without a disk.</summary>
internal sealed class ExportBenchmark : IBenchmark
{
    private const int Connections = 100;

    public string Name => "export";
    public string? Obstacle => null;

    public IEnumerable<Row> Run()
    {
        using var recorded = new SyntheticRecording(Connections);
        var events = new TimelineEvents(SyntheticTraffic.OfConnections(Connections).Frames);
        var recording = recorded.Open();
        RecordingPipeline.Run(recording, new PipelineOutputs { Timeline = [events] });
        var info = recording.Info;

        var (csvTime, csvBytes) = Stopper.Measure(events.Count, () =>
        {
            using var csv = new TimelineCsv(Stream.Null, info.Start);
            events.GiveTo(csv);
        });
        yield return new Row("timeline.csv", "event", csvTime, csvBytes, $"{events.Count / Connections} events a connection");

        var (pcapngTime, pcapngBytes) = Stopper.Measure(events.Count, () =>
        {
            var pcapng = new TimelinePcapNg(Stream.Null, info);
            events.GiveTo(pcapng);
            pcapng.OnCompleted(new TimelineEnd(new RecordingEnd { Time = info.Start }, null, 0));
        });
        yield return new Row("timeline.pcapng", "event", pcapngTime, pcapngBytes);

        var (pageTime, pageBytes) = Stopper.Measure(events.Count, () =>
        {
            var page = new HtmlReport(Stream.Null, info);
            events.GiveTo(page);
            page.OnCompleted(new TimelineEnd(new RecordingEnd { Time = info.Start }, null, 0));
        });
        yield return new Row("report.html", "event", pageTime, pageBytes);
    }
}
