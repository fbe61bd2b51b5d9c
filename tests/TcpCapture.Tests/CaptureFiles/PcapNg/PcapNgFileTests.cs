using TcpCapture.CaptureFiles;

namespace TcpCapture.Tests.CaptureFiles.PcapNg;

public class PcapNgFileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PacketsOfEveryKindAreReadAndOtherBlocksSkipped(bool bigEndian)
    {
        var file = new RawPcapNg(bigEndian).Section().Interface(1, 3, (9, [9])).Interface(12, 0)
            .Packet(0, 5, [1, 2, 3, 4, 5], 60).Block(9, [0x41, 0x3D, 0x42, 0x0A]).Packet(1, 7, [6], 1).Simple([7, 8, 9], 9)
            .Block(0x80544350, [1, 2, 3, 4]).Obsolete(1, 8, [1], 2).Block(5, new byte[12]).ToArray();

        using var opened = CaptureFile.Open(new MemoryStream(file), "file");
        var (frames, problem) = FrameLog.Of(opened, new FrameBatch(2, 64));

        Assert.Null(problem);
        Assert.Equal(["frame 5 1 60 0102030405", "frame 7000 101 1 06", "frame 7000 1 9 070809", "frame 8000 101 2 01"], frames);
        Assert.Equal(2, opened.Interfaces);
        Assert.Equal(1000, opened.Tick);
    }

    [Fact]
    public void SectionsOfBothByteOrdersAreRead()
    {
        byte[] file =
        [
            .. new RawPcapNg().Section().Interface(1, 0, (9, [9])).Packet(0, 1, [1], 1).ToArray(),
            .. new RawPcapNg(bigEndian: true).Section().Interface(113, 0, (9, [9])).Packet(0, 2, [2], 1).ToArray(),
        ];

        using var opened = CaptureFile.Open(new MemoryStream(file), "file");
        FrameLog.AssertIs(["frame 1 1 1 01", "frame 2 113 1 02"], null, FrameLog.Of(opened));
        Assert.Equal(2, opened.Interfaces);
        Assert.Equal(1, opened.Tick);
    }

    [Fact]
    public void ATruncatedFileGivesItsCompleteFramesAndTheOffset()
    {
        var start = new RawPcapNg().Section().Interface(1, 0, (9, [9])).Packet(0, 1, [1], 1).ToArray();
        var whole = new RawPcapNg().Section().Interface(1, 0, (9, [9])).Packet(0, 1, [1], 1).Packet(0, 2, [2], 1).ToArray();
        for (var length = start.Length + 1; length < whole.Length; length++)
        {
            var (frames, problem) = FrameLog.Of(whole[..length], new FrameBatch(8, 16));
            Assert.Equal(["frame 1 1 1 01"], frames);
            Assert.Equal($"file is cut off: the record at byte {start.Length} is incomplete; everything before that was read.", problem);
        }
    }

    [Fact]
    public void DamageEndsTheReadingAndIsReported()
    {
        var start = new RawPcapNg().Section().Interface(1, 0, (9, [9])).Packet(0, 1, [1], 1);
        var length = start.ToArray().Length;
        var file = start.PacketClaiming(uint.MaxValue, [1]).Packet(0, 2, [2], 1).ToArray();

        FrameLog.AssertIs(["frame 1 1 1 01"], $"file is damaged at byte {length}: its frame of {uint.MaxValue} bytes extends beyond the block; everything before that was read.",
            FrameLog.Of(file));
    }

    [Fact]
    public void ALongBlockOfAnotherKindCostsNoMoreThanItself()
    {
        var file = new RawPcapNg().Section().Interface(1, 0, (9, [9])).Block(0xBAD, new byte[1 << 20]).Packet(0, 1, [1], 1).ToArray();
        var batch = new FrameBatch(4, 1000);
        FrameLog.AssertIs(["frame 1 1 1 01"], null, FrameLog.Of(file, batch));
        Assert.InRange(batch.Buffer.Length, 1 << 20, (1 << 20) + 12);
    }

    [Fact]
    public void AFalseLengthCostsNoMemory()
    {
        byte[] file = [.. new RawPcapNg().Section().Interface(1, 0).ToArray(), 6, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        var batch = new FrameBatch(4, 4096);
        Assert.NotNull(FrameLog.Of(file, batch).Problem);
        Assert.Equal(4096, batch.Buffer.Length);
    }

    [Fact]
    public void FlippedBytesAreReadOrReported()
    {
        var whole = new RawPcapNg().Section().Interface(1, 0, (9, [9]), (14, new byte[8])).Packet(0, 1, [1, 2, 3], 1).Simple([1], 1)
            .Obsolete(0, 3, [1, 2], 1).Packet(0, 4, new byte[100], 1).ToArray();
        var random = new Random(4711);
        var told = 0;
        const int Rounds = 5_000;
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--) damaged[random.Next(4, damaged.Length)] = (byte)random.Next(256);
            string? problem = null;
            var refused = Record.Exception(() => (_, problem) = FrameLog.Of(damaged, new FrameBatch(8, 64)));
            if (refused is not null) Assert.IsType<CaptureFileException>(refused);
            problem ??= refused?.Message;
            if (problem is null) continue;
            told++;
            Assert.DoesNotContain('\n', problem);
        }

        Assert.InRange(told, 1, Rounds - 1);
    }
}
