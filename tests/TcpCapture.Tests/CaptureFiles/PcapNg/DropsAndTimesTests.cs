using System.Buffers.Binary;
using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.PcapNg;
using static TcpCapture.Tests.Decoding.FrameBuilder;

namespace TcpCapture.Tests.CaptureFiles.PcapNg;

/// <summary>What a pcapng file says about dropped frames, and files whose frames have no times.</summary>
public sealed class DropsAndTimesTests : IDisposable
{
    private static readonly byte[] Syn = Ethernet(IPv4(Tcp(0x02)));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-drops-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StatisticsAndOptionsOfPacketsGiveTheDropsOfEachInterface(bool isBigEndian)
    {
        var file = new RawPcapNg(isBigEndian).Section().Interface(1, 0, (2, "eth0"u8.ToArray())).Interface(1, 0).Interface(1, 0)
            .Packet(0, 1, Syn, 54);
        Packet(2, 4, 7);
        Packet(2, 4, 2);
        Packet(1, 2, 9); // another option
        Statistics(0, (4, 100), (5, 1), (7, 2)); // received, dropped by the interface, dropped by the system
        Statistics(0, (5, 2), (7, 3));
        Statistics(9, (5, 9)); // an interface that is not described

        Assert.Equal([new("f", 0, "eth0", 5), new("f", 2, "", 9)], DropsOf(file));
        file.Section().Interface(1, 0);
        Statistics(0, (5, 4));
        Assert.Equal([new("f", 0, "eth0", 5), new("f", 2, "", 9), new("f", 0, "", 4)], DropsOf(file));

        void Packet(uint from, ushort code, ulong value) => file.Block(
            6, [.. U32(from), .. U32(0), .. U32(1), .. U32((uint)Syn.Length), .. U32(54), .. Syn, 0, 0, .. Option(code, value), 0, 0, 0, 0]);
        void Statistics(uint from, params (ushort, ulong)[] options) => file.Block(
            5, [.. U32(from), .. new byte[8], .. options.SelectMany(option => Option(option.Item1, option.Item2)), 0, 0, 0, 0]);
        byte[] Option(ushort code, ulong value) => [.. U16(code), .. U16(8), .. Order(BitConverter.GetBytes(value))];
        byte[] U16(ushort value) => Order(BitConverter.GetBytes(value));
        byte[] U32(uint value) => Order(BitConverter.GetBytes(value));
        byte[] Order(byte[] value) => isBigEndian == BitConverter.IsLittleEndian ? [.. value.Reverse()] : value;
    }

    [Fact]
    public void DamagedStatisticsAndHugeCountsDoNotStopTheReading()
    {
        var random = new Random(20261201);
        for (var round = 0; round < 20_000; round++)
        {
            var body = new byte[random.Next(16) * 4];
            random.NextBytes(body);
            if (body.Length >= 16) BinaryPrimitives.WriteUInt64LittleEndian(body, (ulong)random.Next(2));
            if (body.Length >= 16) BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(12), 0x0008_0005);
            var file = new RawPcapNg().Section().Interface(1, 0).Block(5, body).Block(5, body).Packet(0, 1, Syn, 54);
            Assert.All(DropsOf(file), drops => Assert.True(drops.Frames > 0));
        }
    }

    [Fact]
    public void TheSummaryNamesTheDropsByInterface()
    {
        byte[] three = [5, 0, 8, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var summary = Analyze(new RawPcapNg().Section().Interface(1, 0, (2, "eth0"u8.ToArray())).Interface(1, 0).Packet(0, 1, Syn, 54)
            .Block(5, [0, 0, 0, 0, .. new byte[8], .. three]).Block(5, [1, 0, 0, 0, .. new byte[8], .. three]));

        Assert.Equal(6, summary.Dropped);
        Assert.Contains(summary.Remarks, remark => remark.StartsWith(
            "The capture dropped 6 frames (3 on interface 0 (eth0), 3 on interface 1): segments may be missing", StringComparison.Ordinal));
    }

    [Fact]
    public void NothingIsConcludedFromFramesWithoutTimes()
    {
        var connections = new List<Connection>();
        var summary = Analyze(new RawPcapNg().Section().Interface(1, 0).Simple(Syn, 54).Simple(Syn, 54).Simple(Syn, 54), connections.Add);

        Assert.False(summary.HasTimes);
        Assert.Contains(summary.Remarks, remark => remark.StartsWith("The file has no times", StringComparison.Ordinal));
        var connection = Assert.Single(connections);
        Assert.Equal((null, null, 2), (connection.DurationNanoseconds, connection.Handshake, connection.Client.SynRetransmissions));
        Assert.Contains(summary.Findings, finding => finding.Text == "The SYN was retransmitted 2 times.");
        Assert.DoesNotContain(summary.Findings, finding => finding.Text.Contains("µs", StringComparison.Ordinal));
        var folder = Path.Combine(_folder.FullName, "out");
        Assert.StartsWith("1,10.0.0.1:1111,10.0.0.2:2222,,,S0,", File.ReadAllLines(Path.Combine(folder, "connections.csv"))[1]);
        Assert.Equal(["1,1,,,,,", "1,2,,,,,", "1,3,,,,,"], File.ReadAllLines(Path.Combine(folder, "syn-retransmits.csv"))[1..]);
    }

    [Fact]
    public void AFrameWithoutATimeCountsAsCapturedWithTheFrameBeforeIt()
    {
        var file = new RawPcapNg().Section().Interface(1, 0).Packet(0, 5, Syn, 54).Simple(Syn, 54).Packet(0, 6, Syn, 54);
        var summary = Analyze(file);

        Assert.True(summary.HasTimes);
        Assert.Equal(["1 frame without times: each counts as captured with the frame before it."], summary.Remarks);
        Assert.Equal((5000, 6000), (summary.Start.Nanoseconds, summary.End.Nanoseconds));
    }

    private static List<InterfaceDrops> DropsOf(RawPcapNg raw)
    {
        using var file = CaptureFile.Open(new MemoryStream(raw.ToArray()), "f");
        var batch = new FrameBatch(2, 256);
        while (file.Read(batch)) { }
        Assert.Null(file.Problem);
        return [.. file.Drops];
    }

    private CaptureSummary Analyze(RawPcapNg raw, Action<Connection>? onConnection = null)
    {
        var path = Path.Combine(_folder.FullName, "a.pcapng");
        File.WriteAllBytes(path, raw.ToArray());
        using var analysis = CaptureAnalysis.Open([path]);
        var folder = OutputFolder.Create(Path.Combine(_folder.FullName, "out"), force: true);
        return analysis.Run(folder, ConnectionChoice.None, onConnection);
    }
}
