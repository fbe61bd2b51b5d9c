using System.IO.Compression;
using TcpCapture.CaptureFiles;
using TcpCapture.Tests.CaptureFiles.Pcap;

namespace TcpCapture.Tests.CaptureFiles.Bytes;

public class CompressedFileTests
{
    private static readonly byte[] Capture = Build();
    private static readonly List<string> Whole = FrameLog.Of(Capture).Frames;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACompressedFileIsReadLikeAPlainOne(bool isZstandard)
    {
        var compressed = Compress(isZstandard, Capture);
        using var file = CaptureFile.Open(new MemoryStream(compressed), "file");
        FrameLog.AssertIs(Whole, null, FrameLog.Of(file));
        Assert.Equal(compressed.Length, file.Position);
        Assert.Equal(compressed.Length, file.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PartsCompressedSeparatelyAreReadAsOneFile(bool isZstandard)
    {
        for (var cut = 1; cut < Capture.Length; cut += 97)
        {
            byte[] file = [.. Compress(isZstandard, Capture[..cut]), .. Compress(isZstandard, Capture[cut..])];
            FrameLog.AssertIs(Whole, null, FrameLog.Of(file));
            FrameLog.AssertIs(Whole, null, FrameLog.Of(new Trickle(file, 1000)));
        }
    }

    /// <summary>.NET treats such a file as complete.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ATruncatedCompressedFileGivesTheFramesBeforeAndAProblem(bool isZstandard)
    {
        var compressed = Compress(isZstandard, Capture);
        byte[] twice = [.. compressed, .. Compress(isZstandard, new RawPcap().Packet(9, 9, [9], 9).ToArray()[24..])];
        foreach (var length in Enumerable.Range(0, 40).SelectMany(i => (int[])[compressed.Length - 1 - i, twice.Length - 1 - i])
                     .Concat(Enumerable.Range(1, 50).Select(i => compressed.Length * i / 51)))
        {
            if (length == compressed.Length) continue;
            if (Record.Exception(() => FrameLog.Of(twice[..length])) is CaptureFileException error)
            {
                Assert.Matches("^file cannot be read: its .* data is cut off there", error.Message); // before the first frame
                continue;
            }

            var (frames, problem) = FrameLog.Of(twice[..length]);
            Assert.Equal(Whole.Take(frames.Count), frames.Take(Whole.Count));
            Assert.Matches("^file could not be read beyond byte [0-9]+ of its decompressed content: its .* data is cut off there", problem);
            if (length > compressed.Length) Assert.True(frames.Count >= Whole.Count, $"{frames.Count} frames of {length} bytes");
        }
    }

    [Fact]
    public void AGzipFileWithoutItsLastByteIsReportedAsCutOff()
    {
        var compressed = Compress(false, Capture);
        Assert.Contains("cut off", FrameLog.Of(compressed[..^1]).Problem);
        Assert.Equal(Whole, FrameLog.Of(compressed[..^1]).Frames);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OtherDataAfterCompressedDataIsReported(bool isZstandard)
    {
        byte[] file = [.. Compress(isZstandard, Capture), .. "something else, and more of it"u8];
        var (frames, problem) = FrameLog.Of(file);
        Assert.Equal(Whole, frames);
        Assert.Contains($"beyond byte {Capture.Length} of its decompressed content: the data there is not", problem);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DamagedCompressedDataIsReadUpToTheDamage(bool isZstandard)
    {
        var compressed = Compress(isZstandard, Capture);
        var random = new Random(815);
        var told = 0;
        for (var round = 0; round < 500; round++)
        {
            var damaged = (byte[])compressed.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                if (FrameLog.Of(damaged).Problem is not null) told++;
            }
            catch (CaptureFileException error)
            {
                Assert.DoesNotContain('\n', error.Message);
                told++;
            }
        }

        Assert.InRange(told, 10, 500); // a change within the frames' bytes goes unseen without a checksum
    }

    /// <summary>Found by fuzzing: a decompressor that throws loses the output of the current read.</summary>
    [Fact]
    public void DamageLosesAtMostAFewKilobytesBeforeIt()
    {
        var compressed = Compress(false, Capture);
        compressed[^6] ^= 0xFF; // of the checksum, behind all of the data
        var (frames, problem) = FrameLog.Of(compressed);
        Assert.Contains("its gzip data is damaged there, or before", problem);
        Assert.Equal(Whole.Take(frames.Count), frames);
        Assert.InRange(frames.Count, Whole.Count - 4096 / (16 + 20), Whole.Count);
        Assert.InRange(frames.Count, 1, Whole.Count);
    }

    [Fact]
    public void AZstandardFrameIsLimitedInMemory()
    {
        byte[] file = [0x28, 0xB5, 0x2F, 0xFD, 0, 21 << 3, 1, 0, 0]; // a window of 2 GiB
        Assert.Contains("more than 128 MiB of memory", Assert.Throws<CaptureFileException>(() => FrameLog.Of(file)).Message);
    }

    [Fact]
    public void AHundredMegabytesOfZerosAreStreamed()
    {
        var packets = new RawPcap();
        for (uint i = 0; i < 400; i++) packets.Packet(i, 0, new byte[262_144], 262_144);
        var compressed = Compress(false, packets.ToArray());
        Assert.InRange(compressed.Length, 1, 2_000_000);
        using var file = CaptureFile.Open(new MemoryStream(compressed), "file");
        var batch = new FrameBatch();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var frames = 0;
        while (file.Read(batch)) frames += batch.Count;
        Assert.Equal(400, frames);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    [Fact]
    public void AFileCompressedTwiceIsRefusedInOneLine() => Assert.Contains(
        "is compressed twice: decompress it once first",
        Assert.Throws<CaptureFileException>(() => FrameLog.Of(Compress(false, Compress(true, Capture)))).Message);

    internal static byte[] Compress(bool isZstandard, byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (Stream stream = isZstandard
            ? new ZstdSharp.CompressionStream(compressed, 3, leaveOpen: true)
            : new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static byte[] Build()
    {
        var random = new Random(3);
        var raw = new RawPcap();
        for (uint i = 0; i < 120; i++)
        {
            var bytes = new byte[random.Next(20, 150)];
            random.NextBytes(bytes);
            raw.Packet(i, i, bytes, 1500);
        }

        return raw.ToArray();
    }
}
