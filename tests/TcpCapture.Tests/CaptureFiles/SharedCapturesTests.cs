using TcpCapture.Tests.CaptureFiles.Pcap;
using TcpCapture.Tests.CaptureFiles.PcapNg;
using TcpCapture.Tests.Decoding;
using TcpCapture.Tests.Decoding.Tunnels;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.CaptureFiles;

/// <summary>Captures of many kinds; many of those beside the repository were made to break their readers.</summary>
public sealed class SharedCapturesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tcpcapture-captures-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void EveryFrameIsReadAndDecodedWithoutAnException()
    {
        var read = 0;
        var frames = 0;
        foreach (var path in Paths(isWhole: false))
        {
            var sink = new RecordingSink();
            try
            {
                Assert.DoesNotContain('\n', FrameLog.ReadAll(path, sink) ?? "");
                read++;
            }
            catch (CaptureFileException error)
            {
                Assert.StartsWith($"{path} ", error.Message);
            }

            frames += sink.Results.Count;
        }

        Assert.True(read > 20 && frames > 100, $"{read} files and {frames} frames read");
    }

    [Fact]
    public async Task AsManyFramesAreReadAsByWireshark()
    {
        // capinfos counts the journal entries of our own recordings as packets.
        var (rows, _, _) = await Tshark.RunToAnyEnd("capinfos", ["-M", "-c", "-T", "-r", .. Paths(isWhole: true).Except(SharedCaptures.Own("*.pcapng"))]);
        Assert.True(rows.Length > (SharedCaptures.Shared("*").Any() ? 20 : 15), $"capinfos read {rows.Length} files");
        foreach (var row in rows.Select(row => row.Split('\t')))
        {
            var sink = new RecordingSink();
            var problem = FrameLog.ReadAll(row[0], sink);
            Assert.Equal($"{row[0]}: {row[1]} frames, whole", $"{row[0]}: {sink.Frames.Count} frames, {problem ?? "whole"}");
        }
    }

    /// <summary>All captures, and generated ones: both formats in every variant, with every link layer and tunnel.</summary>
    private List<string> Paths(bool isWhole)
    {
        var paths = SharedCaptures.All();
        foreach (var bigEndian in new[] { false, true })
        {
            foreach (var magic in new[] { RawPcap.Microseconds, RawPcap.Nanoseconds, RawPcap.Modified })
            {
                var pcap = new RawPcap(bigEndian, magic);
                var (frame, seconds) = (FrameBuilder.Ethernet(FrameBuilder.IPv4(FrameBuilder.Tcp(payload: 9))), 0u);
                while (seconds++ < 9) pcap.Packet(seconds, 1, frame, (uint)frame.Length);
                Save(pcap.ToArray(), $"{bigEndian}-{magic}.pcap");
            }

            var pcapNg = new RawPcapNg(bigEndian).Section();
            foreach (var (index, (_, linkType, bytes)) in TunnelFrames.All.Index())
                pcapNg.Interface((ushort)linkType, 0).Packet((uint)index, 1, bytes, (uint)bytes.Length);
            Save(pcapNg.ToArray(), $"{bigEndian}.pcapng");
        }

        return paths;

        void Save(byte[] file, string name)
        {
            paths.Add(Path.Combine(_folder.FullName, name));
            File.WriteAllBytes(paths[^1], file);
            if (isWhole) return;
            paths.Add(paths[^1] + ".cut");
            File.WriteAllBytes(paths[^1], file[..^7]);
        }
    }
}
