using TcpCapture.CaptureFiles;
using TcpCapture.Tests.CaptureFiles.Bytes;

namespace TcpCapture.Tests.CaptureFiles.Pcap;

public class PcapFileTests
{
    [Theory]
    [InlineData(false, RawPcap.Microseconds, 1_000_000_007_000L, 1000)]
    [InlineData(true, RawPcap.Microseconds, 1_000_000_007_000L, 1000)]
    [InlineData(false, RawPcap.Nanoseconds, 1_000_000_000_007L, 1)]
    [InlineData(true, RawPcap.Nanoseconds, 1_000_000_000_007L, 1)]
    [InlineData(false, RawPcap.Modified, 1_000_000_007_000L, 1000)]
    [InlineData(true, RawPcap.Modified, 1_000_000_007_000L, 1000)]
    public void EveryByteOrderAndMagicIsRead(bool bigEndian, uint magic, long nanoseconds, long tick)
    {
        var bytes = new RawPcap(bigEndian, magic, linkType: 101).Packet(1000, 7, [1, 2, 3], 60).Packet(1000, 7, [], 0).ToArray();

        using var file = CaptureFile.Open(new MemoryStream(bytes), "file");
        var (frames, problem) = FrameLog.Of(file);

        Assert.Equal([$"frame {nanoseconds} 101 60 010203", $"frame {nanoseconds} 101 0 "], frames);
        Assert.Null(problem);
        Assert.Equal(tick, file.Tick);
        Assert.Equal(1, file.Interfaces);
        Assert.Equal(bytes.Length, file.Position);
        Assert.Equal(bytes.Length, file.Length);
    }

    [Theory]
    [InlineData(0x1400_0001U, 1)] // a check sequence of two bytes after each frame
    [InlineData(12U, 101)]
    [InlineData(14U, 101)]
    [InlineData(276U, 276)]
    public void TheLinkTypeIsInTheLowerHalf(uint field, int linkType) => Assert.Equal(
        [$"frame 0 {linkType} 1 01"], FrameLog.Of(new RawPcap(linkType: field).Packet(0, 0, [1], 1).ToArray()).Frames);

    [Theory]
    [InlineData(2, 5U, 3U)] // before 2.3 the original length came first
    [InlineData(3, 5U, 3U)] // in 2.3 either way: the captured one is the shorter
    [InlineData(3, 3U, 5U)]
    [InlineData(4, 3U, 5U)]
    public void InOldVersionsTheLengthsAreSwapped(ushort minor, uint first, uint second)
    {
        var file = new RawPcap(minor: minor).Claiming(0, 0, first, second, [1, 2, 3]).ToArray();
        FrameLog.AssertIs(["frame 0 1 5 010203"], null, FrameLog.Of(file));
    }

    [Fact]
    public void ALaterMajorVersionIsRefused()
    {
        var error = Assert.Throws<CaptureFileException>(() => FrameLog.Of(new RawPcap(major: 3).ToArray()));
        Assert.Equal("file is a pcap file of version 3.4, and only 2.x can be read: convert it first (editcap -F pcapng).", error.Message);
    }

    [Fact]
    public void AFrameLongerThanItsOriginalOrTheSnaplenIsEmittedUnchanged() => FrameLog.AssertIs(["frame 0 1 2 010203"], null, FrameLog.Of(new RawPcap().Packet(0, 0, [1, 2, 3], 2).ToArray()));

    [Fact]
    public void TimesAfter2038AndFractionsBeyondASecondAreRead() => FrameLog.AssertIs(["frame 4294967297294967295 1 0 "], null, FrameLog.Of(new RawPcap().Packet(uint.MaxValue, 2_294_967_295, [], 0).ToArray()));

    [Fact]
    public void ATruncatedFileGivesItsCompleteFramesAndTheOffset()
    {
        var whole = new RawPcap().Packet(1, 0, [1, 2, 3], 3).Packet(2, 0, [4], 1).ToArray();
        var ends = (int[])[24, 24 + 19, whole.Length];
        foreach (var buffer in (int[])[16, 20, 64])
        {
            for (var length = 24; length <= whole.Length; length++)
            {
                var (frames, problem) = FrameLog.Of(whole[..length], new FrameBatch(8, buffer));
                Assert.Equal(ends.Count(end => end <= length) - 1, frames.Count);
                if (ends.Contains(length)) Assert.Null(problem);
                else
                    Assert.Equal(
                        $"file is cut off: the record at byte {ends.Last(end => end < length)} is incomplete; everything before that was read.",
                        problem);
            }
        }
    }

    [Fact]
    public void AnIncompleteHeaderIsReportedInOneLine()
    {
        var whole = new RawPcap().ToArray();
        for (var length = 4; length < whole.Length; length++)
            Assert.Contains("cut off within its header", Assert.Throws<CaptureFileException>(() => FrameLog.Of(whole[..length])).Message);
    }

    [Theory]
    [InlineData(262_145U)]
    [InlineData(0x8000_0000U)]
    [InlineData(uint.MaxValue)]
    public void AnImpossibleLengthEndsTheReadingAndIsReported(uint claimed)
    {
        var file = new RawPcap().Packet(1, 0, [1], 1).Claiming(2, 0, claimed, claimed, new byte[64]).Packet(3, 0, [3], 1).ToArray();

        var (frames, problem) = FrameLog.Of(file);

        Assert.Equal(["frame 1000000000 1 1 01"], frames);
        Assert.Equal(
            $"file is damaged at byte 41: the record there has a frame length of {claimed} bytes, above the maximum of 262144 bytes; " +
            "everything before that was read.",
            problem);
    }

    [Fact]
    public void TheLongestFrameIsReadIntoASmallBatch()
    {
        var longest = new byte[262_144];
        longest[^1] = 7;
        var file = new RawPcap().Packet(1, 0, [1], 1).Packet(2, 0, longest, 262_144).Packet(3, 0, [3], 1).ToArray();

        var (frames, problem) = FrameLog.Of(file, new FrameBatch(4, 100));

        Assert.Null(problem);
        Assert.Equal(
            ["frame 1000000000 1 1 01", $"frame 2000000000 1 262144 {Convert.ToHexString(longest)}", "frame 3000000000 1 1 03"], frames);
    }

    [Fact]
    public void AFalseLengthCostsNoMemory()
    {
        var file = new RawPcap().Claiming(1, 0, 262_144, 262_144, new byte[10]).ToArray();
        var batch = new FrameBatch(4, 4096);
        FrameLog.Of(file, batch);
        Assert.Equal(4096, batch.Buffer.Length);
    }

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(7, 4096)]
    [InlineData(4096, 300)]
    [InlineData(4096, 1 << 20)]
    public void FramesAreCompleteAndInOrderAcrossBatches(int most, int buffer)
    {
        var random = new Random(7);
        var raw = new RawPcap();
        var expected = new List<string>();
        for (uint i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            raw.Packet(i, 0, bytes, 1500);
            expected.Add($"frame {i}{(i == 0 ? "" : "000000000")} 1 1500 {Convert.ToHexString(bytes)}");
        }

        Assert.Equal(expected, FrameLog.Of(raw.ToArray(), new FrameBatch(most, buffer)).Frames);
        Assert.Equal(expected, FrameLog.Of(new Trickle(raw.ToArray()), new FrameBatch(most, buffer)).Frames);
    }

    [Fact]
    public void FramesFromAPipeDoNotWaitForMore()
    {
        var bytes = new RawPcap().Packet(1, 0, [1], 1).Packet(2, 0, [2], 1).ToArray();
        using var file = CaptureFile.Open(new Trickle(bytes, 17), "pipe");
        var batch = new FrameBatch();

        Assert.True(file.Read(batch));

        Assert.Equal(1, batch.Count);
        Assert.Null(file.Length);
    }

    [Fact]
    public void ReadingAllocatesNothingPerFrame()
    {
        var raw = new RawPcap();
        for (uint i = 0; i < 20_000; i++) raw.Packet(i, 0, new byte[60], 60);
        using var file = CaptureFile.Open(new MemoryStream(raw.ToArray()), "file");
        var batch = new FrameBatch(1000);
        for (var i = 0; i < 4; i++) Assert.True(file.Read(batch)); // makes room for what batches leave over
        Allocation.AssertNoneIn(16, () => Assert.True(file.Read(batch)));
    }
}
