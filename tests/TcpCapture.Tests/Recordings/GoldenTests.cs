using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Recordings;

/// <summary>Recordings of every scenario and their expected outputs. README.md beside them shows how to accept a change.</summary>
public sealed class GoldenTests
{
    private static readonly bool Accept = Environment.GetEnvironmentVariable("TCPCAPTURE_ACCEPT") == "1";

    private static readonly string Root = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings");

    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(Root, Recording.FileName, SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order(StringComparer.Ordinal)];

    public static string FolderOf(string name) => Path.Combine(Root, name);

    [Theory]
    [MemberData(nameof(Names))]
    public void ARecordingGivesTheSameFilesByteForByte(string name)
    {
        var folder = Path.Combine(Root, name);
        using var outputs = Outputs.Of(Recording.Open(folder));

        foreach (var file in Outputs.Compared)
        {
            var golden = Path.Combine(folder, file);
            if (Accept) File.WriteAllBytes(golden, outputs.Bytes(file));
            Assert.Equal(File.ReadAllText(golden), outputs.Text(file), ignoreLineEndingDifferences: false);
            Assert.Equal(File.ReadAllBytes(golden), outputs.Bytes(file));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheTimelineFileIsTheSameRecording(string name)
    {
        var recorded = Recording.Open(Path.Combine(Root, name));
        using var outputs = Outputs.Of(recorded);

        RoundTrip.AssertSame(recorded, outputs);
    }

    [Fact]
    public void GoldensAreNotAcceptedInCI() =>
        Assert.False(Accept && Environment.GetEnvironmentVariable("CI") is not null, "CI must compare goldens, not write them.");
}
