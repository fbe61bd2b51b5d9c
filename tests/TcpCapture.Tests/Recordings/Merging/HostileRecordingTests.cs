namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>A recording from another machine can contain anything: it is merged or refused, and nothing else happens.</summary>
public sealed class HostileRecordingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-merge-hostile-");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ChangedBytesAreMergedOrRefused(int seed)
    {
        var random = new Random(seed);
        var traffic = new TwoHostTraffic(seed) { Offset = 7 * TwoHostTraffic.Second, LossPercent = 5 }.Connect(0, 40000, 20, TwoHostTraffic.Second);
        var first = traffic.Record(0, _folder.FullName, "a");
        var second = traffic.Record(1, _folder.FullName, "b");
        var bytes = File.ReadAllBytes(second.FilePath);
        for (var i = 0; i < random.Next(1, 12); i++) bytes[random.Next(600, bytes.Length)] = (byte)random.Next(256);
        File.WriteAllBytes(second.FilePath, seed % 5 == 0 ? bytes[..random.Next(28, bytes.Length)] : bytes);

        MergeOrRefuse(first, second.FilePath);
        MergeOrRefuse(second.FilePath, first);
    }

    /// <summary>Times over the whole 64-bit range, in any order.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyTimesAreMergedOrRefused(int seed)
    {
        var random = new Random(seed);
        var traffic = new TwoHostTraffic(seed).Connect(0, 40000, 20, TwoHostTraffic.Second);
        var first = traffic.Record(0, _folder.FullName, "a");
        traffic.Record(1, _folder.FullName, "b");
        var wild = traffic.Record(1, _folder.FullName, "c", time => random.Next(4) switch
        {
            0 => long.MaxValue - random.Next(3),
            1 => random.Next(3),
            2 => random.NextInt64(),
            _ => time,
        });

        MergeOrRefuse(first, wild.FilePath);
        MergeOrRefuse(wild.FilePath, first);
    }

    private static void MergeOrRefuse(Recording first, string second) => MergeOrRefuse(() => (first, Recording.Open(second)));
    private static void MergeOrRefuse(string first, Recording second) => MergeOrRefuse(() => (Recording.Open(first), second));

    private static void MergeOrRefuse(Func<(Recording First, Recording Second)> open)
    {
        try
        {
            var (first, second) = open();
            using var merged = MergedPair.Of(first, second);
            using var outputs = merged.Outputs();
            Assert.NotEmpty(outputs.Text("timeline.csv"));
        }
        catch (Exception refusal) when (refusal is MergeException or RecordingException)
        {
            Assert.DoesNotContain('\n', refusal.Message);
        }
    }
}
