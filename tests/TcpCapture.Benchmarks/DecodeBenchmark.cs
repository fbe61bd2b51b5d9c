using System.Net;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>The decoding of a frame.</summary>
internal sealed class DecodeBenchmark : IBenchmark
{
    private const int Frames = 1000;
    private const int Payload = 25; // what a message of the exchange is long

    public string Name => "decode";
    public string? Obstacle => null;

    public IEnumerable<Row> Run()
    {
        var v4 = SegmentBetween("10.0.0.1", "10.0.0.2");
        var v6 = SegmentBetween("fd00::1", "fd00::2");
        yield return Floor(FrameBytes.Of(FrameBytes.Ethernet(0x0800), v4));
        yield return Decode("Ethernet, IPv4", LinkTypes.Ethernet, FrameBytes.Of(FrameBytes.Ethernet(0x0800), v4));
        yield return Decode("Ethernet, VLAN, IPv4", LinkTypes.Ethernet, FrameBytes.Of(FrameBytes.Vlan(0x0800), v4));
        yield return Decode("Ethernet, IPv6", LinkTypes.Ethernet, FrameBytes.Of(FrameBytes.Ethernet(0x86dd), v6));
        yield return Decode("SLL2, IPv4", LinkTypes.LinuxSll2, FrameBytes.Of(FrameBytes.Sll2(0x0800), v4));
        yield return Decode("SLL2, IPv6", LinkTypes.LinuxSll2, FrameBytes.Of(FrameBytes.Sll2(0x86dd), v6));
        var inner = FrameBytes.Of(FrameBytes.Ethernet(0x0800), v4);
        yield return Decode("Ethernet, IPv4, VXLAN, IPv4", LinkTypes.Ethernet, FrameBytes.Vxlan(inner));
        yield return Decode("802.11, IPv4 (PacketDotNet)", LinkTypes.Ieee80211, FrameBytes.Of(FrameBytes.Wireless(0x0800), v4));
        yield return Refuse("malformed: PPPoE cut in IP", LinkTypes.Ethernet, FrameBytes.Pppoe(inner[14..30]));
        yield return Refuse("malformed: 802.11 cut in its header", LinkTypes.Ieee80211, FrameBytes.Wireless(0x0800)[..28]);
        yield return Verify(FrameBytes.Of(FrameBytes.Ethernet(0x0800), v4 with { Length = 1448 }));
    }

    private static Segment SegmentBetween(string source, string destination) => new()
    {
        Source = Endpoint.From(IPAddress.Parse(source), 40000),
        Destination = Endpoint.From(IPAddress.Parse(destination), 12345),
        Seq = 1000,
        Ack = 2000,
        Flags = TcpFlags.Psh | TcpFlags.Ack,
        Window = 512,
        Length = Payload,
    };

    private static Row Floor(byte[] bytes)
    {
        long total = 0;
        var (time, allocated) = Stopper.Measure(Frames, () =>
        {
            long sum = 0;
            for (var i = 0; i < Frames; i++)
            {
                foreach (var value in bytes) sum += value;
            }

            total = sum;
        });
        if (total == 0) throw new InvalidOperationException("Nothing was read.");
        return new Row("floor: sum of the same bytes", "frame", time, allocated, $"{bytes.Length} bytes");
    }

    /// <summary>A hostile file can consist of such frames.</summary>
    private static Row Refuse(string what, int linkType, byte[] bytes)
    {
        var (time, allocated) = Stopper.Measure(Frames, () =>
        {
            for (var i = 0; i < Frames; i++)
            {
                var frame = new Frame(new Timestamp(i), linkType, bytes.Length, bytes);
                if (SegmentDecoder.Decode(frame, out _) != DecodeResult.Malformed)
                    throw new InvalidOperationException($"{what}: the frame is not malformed.");
            }
        });
        return new Row(what, "frame", time, allocated, $"{bytes.Length} bytes");
    }

    private static Row Verify(byte[] bytes)
    {
        SegmentDecoder.Decode(new Frame(default, LinkTypes.Ethernet, bytes.Length, bytes), out var segment);
        var (time, allocated) = Stopper.Measure(Frames, () =>
        {
            for (var i = 0; i < Frames; i++)
            {
                if (SegmentChecksum.Verify(bytes, segment) != ChecksumResult.Wrong)
                    throw new InvalidOperationException("A missing checksum was accepted.");
            }
        });
        return new Row("checksum of a full segment", "segment", time, allocated, $"{bytes.Length} bytes");
    }

    private static Row Decode(string what, int linkType, byte[] bytes)
    {
        long total = 0;
        var (time, allocated) = Stopper.Measure(Frames, () =>
        {
            long length = 0;
            for (var i = 0; i < Frames; i++)
            {
                var frame = new Frame(new Timestamp(i), linkType, bytes.Length, bytes);
                if (SegmentDecoder.Decode(frame, out var segment) != DecodeResult.Segment)
                    throw new InvalidOperationException($"{what}: the frame cannot be decoded.");
                length += segment.Length;
            }

            total = length;
        });
        if (total != Frames * Payload) throw new InvalidOperationException($"{what}: the segment is wrong.");
        return new Row(what, "frame", time, allocated, $"{bytes.Length} bytes");
    }
}
