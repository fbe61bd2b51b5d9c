using System.Buffers.Binary;
using TcpCapture.CaptureFiles.Pcap;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools;

/// <summary>Writes generated segments as a capture of raw IPv4 packets without payload.</summary>
internal static class GeneratedCapture
{
    /// <summary>The port of every connection's server.</summary>
    public const ushort ServerPort = 7777;

    private const int HeaderLength = 20;
    private const long Start = 1_700_000_000_000_000_000;

    /// <summary>Pauses around the limits of the rules (3 ms, 20 ms), and common ones, in ns.</summary>
    private static readonly long[] Pauses =
        [0, 1000, 50_000, 400_000, 1_000_000, 2_900_000, 3_000_000, 3_100_000, 19_000_000, 20_000_000, 21_000_000, 300_000_000];

    /// <summary>Several connections at once; sometimes one is replaced by another on the same ports.</summary>
    public static IEnumerable<(long Time, GeneratedSegment Segment)> Traffic(int seed, int rounds, int connections)
    {
        var random = new Random(seed);
        var time = Start;
        var flows = Enumerable.Range(40000, connections).Select(port => new GeneratedFlow(random, (ushort)port)).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var index = random.Next(flows.Length);
            if (random.Next(60) == 0) flows[index] = new GeneratedFlow(random, flows[index].Port);
            foreach (var segment in flows[index].Next())
            {
                time += random.Next(100) == 0 ? -500_000 : Pauses[random.Next(Pauses.Length)];
                yield return (time, segment);
            }
        }
    }

    public static void Write(string path, IEnumerable<(long Time, GeneratedSegment Segment)> traffic)
    {
        using var file = File.Create(path);
        var writer = new PcapWriter(file, LinkTypes.Raw, snaplen: 262_144);
        foreach (var (time, segment) in traffic)
        {
            var bytes = Packet(segment);
            writer.Write(new Frame(new Timestamp(time), LinkTypes.Raw, bytes.Length + segment.Length, bytes));
        }
    }

    private static byte[] Packet(GeneratedSegment segment)
    {
        byte[] options = segment.Scale is { } shift ? [1, 3, 3, shift] : [];
        var ip = new byte[2 * HeaderLength + options.Length];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(ip.Length + segment.Length));
        ip[8] = 64;
        ip[9] = 6;
        (ip[12], ip[15], ip[16], ip[19]) = (10, (byte)(segment.Side == 0 ? 1 : 2), 10, (byte)(segment.Side == 0 ? 2 : 1));
        var tcp = ip.AsSpan(HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, segment.Side == 0 ? segment.Port : ServerPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], segment.Side == 0 ? ServerPort : segment.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], segment.Seq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], segment.Ack);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[12..], (ushort)(((HeaderLength + options.Length) / 4 << 12) | (int)segment.Flags));
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], segment.Window);
        options.CopyTo(tcp[HeaderLength..]);
        return ip;
    }
}
