using System.Reflection;
using TcpCapture.Export.Output;
using TcpCapture.Export.Report;
using TcpCapture.Model;
using TcpCapture.Pipeline;
using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests.Browser;

/// <summary>A report in a temporary folder: of a recorded scenario, with its CSV files, or of generated events.</summary>
internal sealed class ReportFile : IDisposable
{
    private static readonly string Recordings = Path.GetFullPath(typeof(ReportFile).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RecordingsFolder").Value!);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-report-");

    private ReportFile()
    {
    }

    /// <summary>The recorded scenarios.</summary>
    public static IEnumerable<string> RecordedNames =>
        Directory.EnumerateFiles(Recordings, Recording.FileName, SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order(StringComparer.Ordinal);

    public string FilePath => Path.Combine(_folder.FullName, "report.html");

    public IReadOnlyList<IReadOnlyDictionary<string, string>> Timeline => CsvFile.Read(Path.Combine(_folder.FullName, "timeline.csv"));

    public static ReportFile OfRecording(string name)
    {
        var report = new ReportFile();
        var recording = Recording.Open(Path.Combine(Recordings, name));
        using var files = new OutputFiles(report._folder.FullName, recording.Info);
        RecordingPipeline.Run(recording, new PipelineOutputs
        {
            Timeline = files.Timeline,
            Connections = [files],
            Observations = files.Observations,
        });
        files.Publish();
        return report;
    }

    public static ReportFile OfEvents(
        Action<HtmlReport> write, RecordingInfo? info = null, int maxEvents = HtmlReport.MaxEvents, string? cutOff = null, string? missing = null)
    {
        var report = new ReportFile();
        using var file = File.Create(report.FilePath);
        var page = new HtmlReport(file, info ?? new RecordingInfo { Scenario = "generated" }, maxEvents);
        write(page);
        page.OnCompleted(new TimelineEnd(new RecordingEnd { Time = new Timestamp(1_000_000_000) }, cutOff, 0) { Missing = missing });
        return report;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
