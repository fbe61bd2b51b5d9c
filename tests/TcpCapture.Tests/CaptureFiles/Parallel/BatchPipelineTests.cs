using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Model;

namespace TcpCapture.Tests.CaptureFiles.Parallel;

/// <summary>Every worker gets every batch, and batches complete in order. An error on any thread is thrown by Run.</summary>
public sealed class BatchPipelineTests : IDisposable
{
    private const int Frames = 60_000;

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("tcpcapture-pipeline-").FullName, "a.pcap");

    public BatchPipelineTests()
    {
        var made = new MadeCapture();
        for (var i = 0; i < Frames; i++) made.Send((ushort)(1 + i % 500), Side.Client, ".");
        made.Save(_path);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(5, false)]
    public void EachSegmentHasOneWorkerAndBatchesCompleteInOrder(int workers, bool helps)
    {
        using var files = CaptureFileSet.Open([_path]);
        using var pipeline = new BatchPipeline(files, verifies: false);
        var seen = new long[workers];
        var (next, concluded) = (1L, 0L);
        pipeline.Run(
            workers,
            (worker, batch) => seen[worker] += CountOf(worker, workers, batch),
            batch =>
            {
                Assert.Equal(next, batch.FirstFrame);
                next += batch.Frames.Count;
                concluded += batch.Tally.Frames;
            },
            helps,
            default);
        Assert.Equal(Frames, seen.Sum());
        Assert.Equal(Frames, concluded);
        Assert.All(seen, count => Assert.NotEqual(0, count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AnErrorOfAWorkerIsThrown(int failing)
    {
        using var files = CaptureFileSet.Open([_path]);
        using var pipeline = new BatchPipeline(files, verifies: false);
        var error = Assert.Throws<IOException>(() => pipeline.Run(2, (worker, batch) => Fail(worker == failing && batch.FirstFrame > 20_000), _ => { }, helps: false, default));
        Assert.Equal("no room", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnErrorOfTheCompletionIsThrown(int workers)
    {
        using var files = CaptureFileSet.Open([_path]);
        using var pipeline = new BatchPipeline(files, verifies: false);
        Assert.Throws<IOException>(() => pipeline.Run(workers, (_, _) => { }, batch => Fail(batch.FirstFrame > 20_000), helps: true, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AStopEndsTheReadingAndBatchesAlreadyReadAreProcessed(int workers)
    {
        using var stop = new CancellationTokenSource();
        using var files = CaptureFileSet.Open([_path]);
        using var pipeline = new BatchPipeline(files, verifies: false);
        var (shared, concluded) = (0L, 0L);
        pipeline.Run(
            workers,
            (worker, batch) => Interlocked.Add(ref shared, CountOf(worker, workers, batch)),
            batch =>
            {
                concluded += batch.Frames.Count;
                stop.Cancel();
            },
            helps: true,
            stop.Token);
        Assert.InRange(concluded, 1, Frames - 1);
        Assert.Equal(shared, concluded);
    }

    private static long CountOf(int worker, int workers, DecodedBatch batch)
    {
        var count = 0L;
        for (var share = worker; share < batch.Shares.Length; share += workers) count += batch.Shares[share].Entries.Length;
        return count;
    }

    private static void Fail(bool really)
    {
        if (really) throw new IOException("no room");
    }
}
