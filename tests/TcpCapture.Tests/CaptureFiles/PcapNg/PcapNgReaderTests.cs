using System.Buffers.Binary;
using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.CaptureFiles.PcapNg;

public class PcapNgReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BothByteOrdersAreRead(bool bigEndian)
    {
        var file = new RawPcapNg(bigEndian).Section().Interface(101, 96, (9, [9])).Packet(0, 1_000_000_007, [1, 2, 3, 4, 5], 60);

        var log = Read(file.ToArray());

        Assert.Equal(["frame 1000000007 101 60 0102030405"], log);
    }

    [Theory]
    [InlineData(6, 1_500_000UL, 1_500_000_000L)]
    [InlineData(9, 1_500_000UL, 1_500_000L)]
    [InlineData(0, 3UL, 3_000_000_000L)]
    [InlineData(12, 1_500_999UL, 1_500L)]
    [InlineData(127, ulong.MaxValue, 0L)]
    [InlineData(0x80, 3UL, 3_000_000_000L)]
    [InlineData(0x80 + 1, 3UL, 1_500_000_000L)]
    [InlineData(0x80 + 32, 0x1_8000_0000UL, 1_500_000_000L)]
    [InlineData(0xFF, ulong.MaxValue, 0L)]
    [InlineData(0, ulong.MaxValue, long.MaxValue)]
    public void AnyTimeResolutionIsRead(byte resolution, ulong count, long nanoseconds)
    {
        var file = new RawPcapNg().Section().Interface(1, 0, (9, [resolution])).Packet(0, count, [], 0);
        Assert.Equal([$"frame {nanoseconds} 1 0 "], Read(file.ToArray()));
    }

    [Fact]
    public void WithoutAResolutionTimesAreMicroseconds() => Assert.Equal(
        ["frame 7000 1 0 "], Read(new RawPcapNg().Section().Interface(1, 0).Packet(0, 7, [], 0).ToArray()));

    [Fact]
    public void ATimeOffsetIsAdded()
    {
        var offset = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(offset, -2);
        var file = new RawPcapNg().Section().Interface(1, 0, (9, [9]), (14, offset)).Packet(0, 5_000_000_000, [], 0);
        Assert.Equal(["frame 3000000000 1 0 "], Read(file.ToArray()));
    }

    [Fact]
    public void EachSectionHasItsOwnInterfacesAndByteOrder()
    {
        byte[] file =
        [
            .. new RawPcapNg().Section().Interface(1, 0, (9, [9])).Interface(276, 0, (9, [6])).Packet(1, 1, [1], 1).ToArray(),
            .. new RawPcapNg(bigEndian: true).Section().Interface(113, 0, (9, [9])).Packet(0, 2, [2], 1).ToArray(),
        ];
        Assert.Equal(["frame 1000 276 1 01", "frame 2 113 1 02"], Read(file));
    }

    [Fact]
    public void SimpleAndObsoletePacketsAreRead()
    {
        var file = new RawPcapNg().Section().Interface(1, 3, (9, [9]))
            .Simple([1, 2, 3], 60)
            .Obsolete(0, 9, [7, 8], 50);
        Assert.Equal(["frame 0 1 60 010203", "frame 9 1 50 0708"], Read(file.ToArray()));
    }

    [Fact]
    public void UnknownBlocksAreSkipped()
    {
        var file = new RawPcapNg().Section().Block(0xBAD, [1, 2, 3, 4]).Interface(1, 0, (9, [9])).Block(0x80000001, [])
            .Packet(0, 1, [1], 1);
        Assert.Equal(["frame 1 1 1 01"], Read(file.ToArray()));
    }

    [Fact]
    public void ATruncatedFileGivesItsCompleteBlocksAndTheOffset()
    {
        var start = new RawPcapNg().Section().Interface(1, 0, (9, [9])).Packet(0, 1, [1], 1).ToArray();
        var whole = new RawPcapNg().Section().Interface(1, 0, (9, [9])).Packet(0, 1, [1], 1).Packet(0, 2, [2], 1).ToArray();

        for (var length = start.Length + 1; length < whole.Length; length++)
        {
            var reader = new PcapNgReader(new MemoryStream(whole[..length]), bufferSize: 16);
            var blocks = 0;
            while (reader.Next(out _)) blocks++;
            Assert.Equal(3, blocks);
            Assert.Equal(start.Length, reader.CutOffAt);
        }
    }

    [Fact]
    public void ALengthBeyondTheLimitIsRefusedBeforeItCostsMemory()
    {
        var file = new RawPcapNg().Section().ToArray();
        byte[] lie = [.. file, 6, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0];
        var error = Assert.Throws<DamagedFileException>(() => Read(lie));
        Assert.Equal(file.Length, error.Offset);
        Assert.StartsWith("its length", error.Why);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(uint.MaxValue)]
    public void APacketLongerThanItsBlockIsRefused(uint captured)
    {
        var file = new RawPcapNg().Section().Interface(1, 0).PacketClaiming(captured, [1, 2, 3, 4]);
        Assert.Contains("extends beyond the block", Assert.Throws<DamagedFileException>(() => Read(file.ToArray())).Message);
    }

    [Fact]
    public void APacketOfAnUndescribedInterfaceIsRefused()
    {
        var file = new RawPcapNg().Section().Interface(1, 0).Packet(1, 1, [1], 1);
        Assert.Contains("belongs to interface 1", Assert.Throws<DamagedFileException>(() => Read(file.ToArray())).Message);
    }

    [Fact]
    public void CaptureFilesAreReadOrRefusedWithOneLine()
    {
        foreach (var path in SharedCaptures.PcapNg())
        {
            using var file = File.OpenRead(path);
            var frames = 0;
            var error = Record.Exception(() => frames = Read(file).Count);
            Assert.True(error is null or DamagedFileException, $"{path}: {error}");
            Assert.True(error is not null || frames > 0, $"{path}: no frame was read.");
        }
    }

    internal static List<string> Read(byte[] file) => Read(new MemoryStream(file));

    private static List<string> Read(Stream file)
    {
        var frames = new List<string>();
        var reader = new PcapNgReader(file, bufferSize: 64);
        while (reader.Next(out var block))
        {
            if (block.IsPacket) frames.Add(ObservationLog.Describe(block.Frame));
        }

        return frames;
    }
}
