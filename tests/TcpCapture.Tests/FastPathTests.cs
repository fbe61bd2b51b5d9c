using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Decoding;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;
using TcpCapture.PeerTools.Tcptrace;
using TcpCapture.PeerTools.Wireshark;
using TcpCapture.PeerTools.Zeek;
using TcpCapture.Tests.CaptureFiles;
using TcpCapture.Tests.CaptureFiles.PcapNg;
using TcpCapture.Tests.Decoding;
using TcpCapture.Tests.Decoding.Tunnels;
using TcpCapture.Tests.PeerTools;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests;

/// <summary>Every fast path gives the result of the full one, for random and for recorded input.</summary>
public sealed class FastPathTests
{
    private const int Seeds = 200;

    public static TheoryData<string> Captures => [.. SharedCaptures.Own("*.pcap")];

    [Fact]
    public void RandomFramesDecodeFastAsFully()
    {
        var random = new Random(1);
        var fast = 0;
        var plain = new[] { FrameBuilder.Tcp(0x18, FrameBuilder.SynOptions, 9), FrameBuilder.Tcp(0x10, [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2], 3), FrameBuilder.Tcp() }
            .SelectMany(tcp => new[] { FrameBuilder.Ethernet(FrameBuilder.IPv4(tcp)), FrameBuilder.Ethernet(FrameBuilder.IPv6(tcp), 0x86DD) })
            .Select(bytes => (LinkTypes.Ethernet, bytes));
        foreach (var (linkType, whole) in plain.Concat(TunnelFrames.All.Select(frame => (frame.LinkType, frame.Bytes))))
        {
            for (var i = 0; i < Seeds; i++)
            {
                var bytes = whole[..(i % 4 == 3 ? random.Next(whole.Length + 1) : whole.Length)];
                for (var changes = i == 0 ? 0 : random.Next(3); changes > 0 && bytes.Length > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                if (AssertDecodesAlike(new Frame(new Timestamp(i), linkType, Math.Max(0, whole.Length + random.Next(-9, 9) * random.Next(2)), bytes))) fast++;
            }
        }

        Assert.True(fast > Seeds, $"{fast} frames were decoded fast");
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void RecordedFramesDecodeFastAsFully(string path)
    {
        using var file = CaptureFile.Open(path);
        var batch = new DecodedBatch(new FrameBatch(), inOrder: false) { Slot = 0 };
        while (file.Read(batch.Frames))
        {
            var segments = new Dictionary<int, Segment>();
            for (var i = 0; i < batch.Frames.Count; i++)
            {
                AssertDecodesAlike(batch.Frames[i]);
                if (SegmentDecoder.DecodeFully(batch.Frames[i], out var segment) == DecodeResult.Segment) segments.Add(i, segment);
            }

            batch.Decode();
            var lane = 0;
            foreach (var share in batch.Shares)
            {
                foreach (ref readonly var entry in share.Entries)
                {
                    if (entry.Segment.Flags == Segment.Quoted)
                    {
                        Assert.True(IcmpDecoder.Decode(batch.Frames[entry.Index], DecodeResult.IcmpError, out var error));
                        Assert.Equal((error.Source, error.Destination, FourTupleHash.Of(entry.Segment), lane), (entry.Segment.Source, entry.Segment.Destination, entry.Hash, entry.Lane));
                        continue;
                    }

                    Assert.True(segments.Remove(entry.Index, out var segment));
                    Assert.Equal((segment, FourTupleHash.Of(segment), lane), (entry.Segment, entry.Hash, entry.Lane));
                }

                lane++;
            }

            Assert.Empty(segments);
        }
    }

    [Fact]
    public void PeerStatesOfRandomTransfersAreAlike()
    {
        for (var seed = 0; seed < Seeds; seed++) AssertPeersAlike(RandomTransfer.Segments(seed), from => from.Port != 80);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void PeerStatesOfRecordedSegmentsAreAlike(string path)
    {
        var sink = new RecordingSink();
        FrameLog.ReadAll(path, sink);
        Assert.NotEmpty(sink.Segments);
        foreach (var connection in sink.Segments.GroupBy(segment => segment.Source.CompareTo(segment.Destination) < 0 ? segment.FourTuple : new FourTuple(segment.Destination, segment.Source)))
        {
            var client = connection.First().Source;
            AssertPeersAlike(connection, from => from == client);
        }
    }

    [Fact]
    public void PcapNgBlocksAreReadFastAsFully()
    {
        foreach (var path in SharedCaptures.Own("*.pcapng"))
        {
            var bytes = File.ReadAllBytes(path);
            Assert.Equal(PcapNgReaderTests.Read(bytes), FrameLog.Of(bytes).Frames);
        }
    }

    /// <returns>True if the frame was decoded fast.</returns>
    private static bool AssertDecodesAlike(in Frame frame)
    {
        var full = SegmentDecoder.DecodeFully(frame, out var expected);
        var result = SegmentDecoder.Decode(frame, out var segment);
        Assert.Equal((full, expected, Unequated(expected)), (result, segment, Unequated(segment)));
        var found = SegmentDecoder.FindTcp(frame, out var header);
        if (!SegmentDecoder.HasPlainIPv4Headers(frame.Bytes, frame.LinkType)) return false;
        if (found == DecodeResult.Segment) Assert.Equal(Lanes.Of(frame.Bytes, header), Lanes.OfPlainIPv4(frame.Bytes));
        if (!SegmentDecoder.TryDecodeFast(frame.Bytes, frame.Time, frame.OriginalLength, out var fast)) return false;
        Assert.Equal((full, expected, Unequated(expected)), (DecodeResult.Segment, fast, Unequated(fast)));
        return true;
    }

    /// <summary>What equality of segments leaves out.</summary>
    private static (int, bool, bool, byte, ushort) Unequated(in Segment segment) =>
        (segment.HeaderAt, segment.IsCut, segment.DontFragment, segment.TimeToLive, segment.Identification);

    private static void AssertPeersAlike(IEnumerable<Segment> segments, Func<Endpoint, bool> isClient)
    {
        var (wireshark, fullWireshark) = (new WiresharkFlow(), new WiresharkFlow());
        var (zeek, fullZeek) = (new ZeekHistory(), new ZeekHistory());
        var (trips, fullTrips) = (new RoundTrips(), new RoundTrips());
        uint? synEnd = null;
        uint lastAck = 0;
        foreach (var segment in segments)
        {
            var side = isClient(segment.Source) ? Side.Client : Side.Server;
            Assert.Equal(fullWireshark.AddFully(side, segment), wireshark.Add(side, segment));
            Assert.Equal(fullWireshark.Completeness, wireshark.Completeness);
            fullZeek.AddFully(side, segment, !segment.IsCut);
            zeek.Add(side, segment, !segment.IsCut);
            Assert.Equal((fullZeek.Letters, fullZeek.ConnState()), (zeek.Letters, zeek.ConnState()));

            var time = segment.Time.Nanoseconds;
            if (side == Side.Client && segment.SequenceLength > 0)
            {
                if (segment.Has(TcpFlags.Syn)) synEnd = segment.NextSeq;
                trips.Send(segment.Seq, segment.SequenceLength, time);
                fullTrips.SendFully(segment.Seq, segment.SequenceLength, time);
            }
            else if (side == Side.Server && segment.Has(TcpFlags.Ack))
            {
                var isRepeat = segment.Length == 0 && segment.Ack == lastAck;
                if (isRepeat || !trips.IsSettled(segment.Ack)) trips.Acknowledge(segment.Ack, isRepeat, time, synEnd);
                fullTrips.AcknowledgeFully(segment.Ack, isRepeat, time, synEnd);
                lastAck = segment.Ack;
            }

            Assert.Equal(Values(fullTrips), Values(trips));
        }
    }

    private static object Values(RoundTrips trips) => (trips.Samples, trips.FullSize, trips.Ambiguous, trips.LargestSegment, trips.AfterLoss,
        trips.Cumulative, trips.Duplicates, trips.TripleDuplicates, trips.Handshake, trips.Waiting);
}
