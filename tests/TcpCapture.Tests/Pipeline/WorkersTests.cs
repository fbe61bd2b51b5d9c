using TcpCapture.Tests.PeerTools;

namespace TcpCapture.Tests.Pipeline;

/// <summary>The results of an analysis do not depend on the number of threads.</summary>
public sealed class WorkersTests : IDisposable
{
    private static readonly string[] Always = ["connections.csv", "marks.csv", "round-trips.csv", "syn-retransmits.csv"];

    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-workers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Several batches with reused ports, lost and reordered segments, times that run backwards, and thousands of connections.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ResultsDoNotDependOnTheNumberOfThreads(int seed)
    {
        var path = Path.Combine(_folder, "generated.pcap");
        GeneratedCapture.Write(path, GeneratedCapture.Traffic(seed, rounds: 30_000, connections: 700));
        var one = Analyze(path, 1, ConnectionChoice.None);
        Assert.True(one.Summary.Frames > 20_000);
        Assert.True(one.Summary.Totals.Connections > 500);
        foreach (var workers in (int[])[2, 3, 8])
        {
            var several = Analyze(path, workers, ConnectionChoice.None);
            Assert.Equal(one.Files, several.Files);
            Assert.Equal(Findings(one.Summary), Findings(several.Summary));
            Assert.Equal(one.Summary.Segments, several.Summary.Segments);
        }

        var withTimeline = Analyze(path, 8, ConnectionChoice.All);
        Assert.Equal(one.Files, withTimeline.Files);
        Assert.Equal(Findings(one.Summary), Findings(withTimeline.Summary));
    }

    [Fact]
    public void ManyEndedConnectionsAreEmittedInTheSameOrder()
    {
        var path = Path.Combine(_folder, "short.pcap");
        var made = new MadeCapture();
        for (ushort port = 1; port <= 12_000; port++) made.Open(port).Close(port); // more than the limit
        made.Save(path);
        var one = Analyze(path, 1, ConnectionChoice.None);
        Assert.Equal(12_000, one.Summary.Totals.Connections);
        Assert.Equal(one.Files, Analyze(path, 3, ConnectionChoice.None).Files);
    }

    private (CaptureSummary Summary, string[] Files) Analyze(string path, int workers, ConnectionChoice chosen)
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-workers-out-").FullName;
        try
        {
            using var analysis = CaptureAnalysis.Open(path, workers);
            var summary = analysis.Run(OutputFolder.Create(Path.Combine(folder, "out"), force: false), chosen);
            return (summary, [.. Always.Select(name => File.ReadAllText(Path.Combine(folder, "out", name)))]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Findings(CaptureSummary summary) =>
        [.. summary.Findings.Select(finding => $"{finding.Connection?.Number} {finding.Event} {finding.Text}")];
}
