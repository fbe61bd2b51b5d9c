using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Tests.Recordings;

public sealed class RecordingWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-recordings-").FullName;

    private string FilePath => Path.Combine(_folder, "raw.pcapng");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AnExistingFileIsNotOverwritten()
    {
        File.WriteAllText(FilePath, "precious");

        var error = Assert.Throws<RecordingException>(() => RecordingWriter.Create(FilePath, Generated.Info));

        Assert.Contains("already exists", error.Message);
        Assert.Equal("precious", File.ReadAllText(FilePath));
    }

    [Fact]
    public void AHeaderTooLongForTheFormatIsRefusedAndLeavesNoFile()
    {
        var info = Generated.Info with { Filter = new string('x', 70_000) };

        Assert.Throws<RecordingException>(() => RecordingWriter.Create(FilePath, info));
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void AMissingFolderIsReportedInOneLine()
    {
        var error = Assert.Throws<OutputException>(
            () => RecordingWriter.Create(Path.Combine(_folder, "none", "raw.pcapng"), Generated.Info));
        Assert.Contains("cannot be written", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void AFullDiskIsReportedOnceAndNeverThrownIntoASource()
    {
        var told = new List<Exception>();
        using var writer = new RecordingWriter(new FullDisk(room: 2000), Generated.Info, told.Add);

        for (var number = 0; number < 1000; number++)
            writer.OnFrame(new Frame(new Timestamp(number), 1, 1500, new byte[1500]));

        var failure = Assert.Single(told);
        Assert.IsType<IOException>(failure);
        Assert.Same(failure, writer.Failure);
        Assert.False(writer.Complete(Generated.End));
    }

    [Fact]
    public void ObservationsAreOnDiskWithinASecond()
    {
        using var flushed = new ManualResetEventSlim();
        using var writer = new RecordingWriter(new FlushNotice(flushed), Generated.Info);
        flushed.Reset(); // the header

        writer.OnFrame(new Frame(new Timestamp(1), 1, 60, new byte[60]));

        Assert.True(flushed.Wait(TimeSpan.FromSeconds(5)), "The frame was not flushed.");
    }

    [Fact]
    public void AFrameOfAnotherLinkTypeKeepsIt()
    {
        var expected = new ObservationLog();
        using (var writer = RecordingWriter.Create(FilePath, Generated.Info))
        {
            foreach (var linkType in (int[])[1, 276, 1, 101, 276])
            {
                var frame = new Generated(linkType).Frame(5, linkType);
                frame.Deliver(writer);
                frame.Deliver(expected);
            }
        }

        var actual = new ObservationLog();
        Recording.Open(FilePath).Replay(actual);
        Assert.Equal(expected.Lines, actual.Lines);
    }

    [Fact]
    public async Task ConcurrentWritersKeepTheirOwnOrder()
    {
        const int PerThread = 5000;
        using (var writer = RecordingWriter.Create(FilePath, Generated.Info))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(source => Task.Run(() =>
            {
                for (var number = 0; number < PerThread; number++)
                {
                    if (source < 2) writer.OnFrame(new Frame(new Timestamp(number), 1, source, new byte[64]));
                    else writer.OnOwner(new SocketOwner(new Timestamp(number), default, default, 0, source, ""));
                }
            })));
            Assert.True(writer.Complete(Generated.End));
        }

        var log = new OrderLog();
        Recording.Open(FilePath).Replay(log);
        Assert.All(log.Times, times => Assert.Equal(Enumerable.Range(0, PerThread).Select(number => (long)number), times));
    }

    [Fact]
    public void AFrameCostsNoAllocation()
    {
        using var writer = new RecordingWriter(Stream.Null, Generated.Info);
        var bytes = new byte[100];
        var time = new Timestamp(1);

        Allocation.AssertNoneIn(10_000, () => writer.OnFrame(new Frame(time, 1, 100, bytes)));
    }

    private sealed class FullDisk(int room) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > room) throw new IOException("No space left on device");
            base.Write(buffer, offset, count);
        }
    }

    private sealed class FlushNotice(ManualResetEventSlim flushed) : MemoryStream
    {
        public override void Flush() => flushed.Set();
    }

    private sealed class OrderLog : IObservationSink
    {
        public List<long>[] Times { get; } = [[], [], [], []];

        public void OnFrame(in Frame frame) => Times[frame.OriginalLength].Add(frame.Time.Nanoseconds);
        public void OnCall(SocketCall call) => Assert.Fail("There was no call.");
        public void OnSample(SocketSample sample) => Assert.Fail("There was no sample.");
        public void OnOwner(SocketOwner owner) => Times[owner.ProcessId].Add(owner.Time.Nanoseconds);
        public void OnTrace(KernelEvent trace) => throw new NotSupportedException();
    }
}
