using System.Text.RegularExpressions;
using TcpCapture.Model;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Diagnosis;

/// <summary>
/// Captures and recordings of connections that failed, and of some that only look so, each with the right cause, words that the
/// answer must have and words that it must never have.
/// </summary>
public sealed class CaseTests
{
    private static readonly string s_own = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Diagnosis", "Cases");

    /// <summary>The captures of public collections stay outside the repository.</summary>
    private static readonly string? s_shared = FindShared();

    /// <summary>In this capture 1260 bytes (frame 23) came after the server's FIN and were refused (frame 25), whatever the list says.</summary>
    private const string WithOtherAnswer = "real-10-cisco-metadata-8909.pcap";

    public static TheoryData<string, string, string, string> Own => Read(s_own, _ => true);

    public static TheoryData<string, string, string, string> Public =>
        s_shared is null ? new() { { "", "", "", "" } } : Read(s_shared, file => file.StartsWith("real-", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Own))]
    public void TheAnswerIsRight(string file, string cause, string says, string never) => Check(s_own, file, cause, says, never);

    [Theory]
    [MemberData(nameof(Public))]
    public void TheAnswerAboutAPublicCaptureIsRight(string file, string cause, string says, string never)
    {
        Assert.SkipWhen(s_shared is null, "../shared/cases is not here.");
        Check(s_shared, file, file == WithOtherAnswer ? "data-after-close" : cause, says, never);
    }

    private static void Check(string folder, string file, string cause, string says, string never)
    {
        var (connections, findings) = Answer(folder, file);
        var causes = connections.Select(connection => connection.Diagnosis.Cause.ToText()).Where(word => word != "none").ToArray();
        if (cause == "none") Assert.Empty(causes);
        else if (cause.Length > 0) Assert.Contains(causes, word => Regex.IsMatch(word, $"^({cause})$"));
        var text = string.Join(' ', findings.Concat(connections.Select(connection => $"{connection.Diagnosis}")));
        if (says.Length > 0) Assert.Matches(says, text);
        if (never.Length > 0) Assert.DoesNotMatch(never, text);
        Assert.All(connections, connection => Assert.Equal(connection.Diagnosis.IsFailure, connection.Diagnosis.What.Length > 0
            && connection.Diagnosis.Cause != Cause.Probe));
    }

    private static (IReadOnlyList<Connection> Connections, IEnumerable<string> Findings) Answer(string folder, string file)
    {
        if (file.EndsWith(".recording.pcapng", StringComparison.Ordinal))
        {
            var timeline = Timeline.Load(Recording.Open(Path.Combine(folder, file)));
            return (timeline.Connections, timeline.Findings.Select(finding => finding.Text));
        }

        var connections = new List<Connection>();
        using var analysis = CaptureAnalysis.Open([Path.Combine(folder, file)]);
        var summary = analysis.Run(connections.Add);
        return (connections, summary.Findings.Select(finding => finding.Text).Concat(summary.Remarks)
            .Concat(summary.HasTimes ? [] : ["no times"]));
    }

    private static TheoryData<string, string, string, string> Read(string folder, Func<string, bool> isWanted)
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var row in File.ReadLines(Path.Combine(folder, "cases.tsv")).Skip(1).Select(line => line.Split('\t')))
            if (isWanted(row[0]) && !row[0].Contains('+')) data.Add(row[0], row[1], row[2], row[3]); // a pair is for merge, tested elsewhere
        return data;
    }

    private static string? FindShared()
    {
        for (var up = new DirectoryInfo(Repository.Root); up is not null; up = up.Parent)
        {
            var folder = Path.Combine(up.FullName, "shared", "cases");
            if (Directory.Exists(folder)) return folder;
        }

        return null;
    }
}
