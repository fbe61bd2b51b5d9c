using TcpCapture.Model;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests;

/// <summary>analyze reads a recording with its calls and states, not only its frames.</summary>
public sealed class RecordingAnalysisTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TheCallIsKnownThatAbortedTheConnection()
    {
        var analysis = RecordingAnalysis.TryOpen(Named("abort"))!;
        analysis.MaxTop = 5;
        var summary = analysis.Run(OutputFolder.Create(Path.Combine(_folder.FullName, "out"), force: false), ConnectionChoice.None);
        Assert.Equal(Cause.LingerZero, Assert.Single(summary.Top).Diagnosis.Cause);
        Assert.Equal((1, 1), (summary.Connections, summary.Failures));
        Assert.Equal(["connections.csv", "syn-retransmits.csv"], Written());
    }

    [Fact]
    public void TheTimelineOfChosenConnectionsIsWritten()
    {
        var analysis = RecordingAnalysis.TryOpen(Named("abort"))!;
        var chosen = analysis.Find(connection => connection.Diagnosis.IsFailure);
        Assert.Equal(1, analysis.Run(OutputFolder.Create(Path.Combine(_folder.FullName, "out"), force: false), chosen).Chosen);
        Assert.Equal(["connections.csv", "report.html", "syn-retransmits.csv", "timeline.csv"], Written());
    }

    [Fact]
    public void ACaptureFileIsNoRecording()
    {
        Assert.Null(RecordingAnalysis.TryOpen(new MadeCapture().Open(1).Save(Path.Combine(_folder.FullName, "a.pcap"))));
        Assert.Null(RecordingAnalysis.TryOpen(Path.Combine(_folder.FullName, "missing")));
    }

    private static string Named(string name) => Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", name);

    private string[] Written() =>
        [.. Directory.GetFiles(Path.Combine(_folder.FullName, "out")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
