namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>Recordings that do not belong together are refused, with one line that has the reason.</summary>
public sealed class TroubleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-merge-trouble-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void RecordingsThatShareNoConnectionAreRefused() => Refused(
        Traffic(1).Record(0, _folder.FullName, "a"), Traffic(2).Record(1, _folder.FullName, "b"), "share no connection");

    [Fact]
    public void TheSameRecordingTwiceIsRefused()
    {
        var recording = Traffic(1).Record(0, _folder.FullName, "a");
        File.Copy(recording.FilePath, recording.FilePath + ".copy");

        Refused(recording, recording, "are the same recording");
        Refused(recording, Recording.Open(recording.FilePath + ".copy"), "are the same recording");
    }

    [Fact]
    public void TwoRecordingsOfOneHostAreRefused()
    {
        var traffic = Traffic(1);

        Refused(traffic.Record(0, _folder.FullName, "a"), (traffic with { Offset = 5 }).Record(0, _folder.FullName, "b"), "the same");
    }

    [Fact]
    public void ARecordingWithBothEndsIsRefused()
    {
        var traffic = Traffic(1) with { ShowsPeersSocket = true };

        Refused(traffic.Record(0, _folder.FullName, "a"), Traffic(1).Record(1, _folder.FullName, "b"), "contains both ends");
    }

    [Fact]
    public void ARecordingWithoutSegmentsIsRefused() => Refused(
        Traffic(1).Record(0, _folder.FullName, "a"), new TwoHostTraffic(2).Record(1, _folder.FullName, "b"), "contains no TCP segment");

    [Fact]
    public void AMergedRecordingIsRefused()
    {
        var traffic = Traffic(1);
        using var merged = MergedPair.Of(traffic);

        Refused(merged.Recording, traffic.Record(1, _folder.FullName, "b"), "is already a merged recording");
    }

    [Fact]
    public void SegmentsOfOneDirectionGiveNoOffset()
    {
        var traffic = new TwoHostTraffic(1) { BlocksSecond = true };
        traffic.Connect(0, 40000, 3, TwoHostTraffic.Second);

        Refused(traffic.Record(0, _folder.FullName, "a"), traffic.Record(1, _folder.FullName, "b"), "of one direction only");
    }

    [Fact]
    public void RewrittenSequenceNumbersAreRefused()
    {
        var traffic = Traffic(1);

        Refused(traffic.Record(0, _folder.FullName, "a"), (traffic with { RewritesSequence = true }).Record(1, _folder.FullName, "b"), "rewrites sequence numbers");
    }

    [Fact]
    public void ADamagedRecordingIsRefused()
    {
        var traffic = Traffic(1);
        var first = traffic.Record(0, _folder.FullName, "a");
        var second = traffic.Record(1, _folder.FullName, "b");
        var bytes = File.ReadAllBytes(second.FilePath);
        bytes[bytes.Length / 2 / 4 * 4 + 3] ^= 0x80;
        bytes.AsSpan(bytes.Length / 2 / 4 * 4, 400).Fill(0xFF);
        File.WriteAllBytes(second.FilePath, bytes);

        var error = Assert.Throws<RecordingException>(() => MergedPair.Of(first, Recording.Open(second.FilePath)).Dispose());
        Assert.Contains("damaged", error.Message);
    }

    [Fact]
    public void ATruncatedRecordingIsMergedUpToItsEnd()
    {
        var traffic = Traffic(1);
        var first = traffic.Record(0, _folder.FullName, "a");
        var second = traffic.Record(1, _folder.FullName, "b");
        File.WriteAllBytes(second.FilePath, File.ReadAllBytes(second.FilePath)[..^501]); // a block is whole words: this is within one

        using var merged = MergedPair.Of(first, Recording.Open(second.FilePath));

        Assert.Contains("ends in the middle of a block", merged.Recording.End!.Peer!.Reason);
        Assert.DoesNotContain(merged.Frames, f => f.Passage.IsLost);
    }

    private static TwoHostTraffic Traffic(int seed) => new TwoHostTraffic(seed) { Offset = 7 * TwoHostTraffic.Second }
        .Connect(0, 40000, 20, TwoHostTraffic.Second);

    private static void Refused(Recording first, Recording second, string why)
    {
        var error = Assert.Throws<MergeException>(() => MergedPair.Of(first, second).Dispose());
        Assert.Contains(why, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.EndsWith(".", error.Message);
    }
}
