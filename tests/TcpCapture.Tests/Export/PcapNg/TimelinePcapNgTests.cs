using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Export.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.Export.PcapNg;

public class TimelinePcapNgTests
{
    private static readonly Endpoint Client = Endpoint.FromBytes([10, 0, 0, 1], 40000);
    private static readonly Endpoint Server = Endpoint.FromBytes([10, 0, 0, 2], 80);

    private readonly Connection _connection = new(1, new Timestamp(0), Client, Server);

    [Fact]
    public void SegmentsDoNotAllocate()
    {
        _connection.Client.Owner = new SocketOwner(new Timestamp(0), Client, Server, 1, 4711, "client");
        var pcapng = new TimelinePcapNg(Stream.Null, new RecordingInfo { LinkType = 1 });
        var bytes = new byte[60];
        var number = 0L;
        Write();

        Allocation.AssertNoneIn(10_000, Write);

        void Write()
        {
            number++;
            pcapng.OnEvent(Segment(number) with { CausedBy = number - 1 }, new Frame(new Timestamp(number), 1, 60, bytes));
        }
    }

    [Fact]
    public void FrameHasNumberDirectionAndProcess()
    {
        _connection.Client.Owner = new SocketOwner(new Timestamp(0), Client, Server, 1, 0x1234, "client");

        var row = Assert.Single(Rows(pcapng =>
        {
            pcapng.OnOwner(_connection.Client.Owner);
            pcapng.OnEvent(Segment(7), new Frame(new Timestamp(1), 1, 60, new byte[60]));
        }));

        Assert.Equal("02000000", row.Fields["2"]);
        Assert.Equal("0700000000000000", row.Fields["5"]);
        Assert.Equal("3412000000000000", row.Fields["8"]);
    }

    [Fact]
    public void UnknownValuesAreAbsent()
    {
        var row = Assert.Single(Rows(pcapng => pcapng.OnEvent(Segment(1), new Frame(new Timestamp(1), 1, 60, new byte[60]))));

        Assert.Equal(["1", "5"], row.Fields.Keys.Order());
    }

    /// <summary>A process name is untrusted and cannot add fields.</summary>
    [Fact]
    public void ProcessNameCannotAddFields()
    {
        const string Name = "a\nTCPCAPTURE_END={}\nb";
        _connection.Client.Owner = new SocketOwner(new Timestamp(0), Client, Server, 1, 5, Name);
        var change = new TimelineEvent
        {
            Number = 1,
            Kind = EventKind.State,
            Connection = _connection,
            Side = Side.Client,
            OldState = TcpState.Closed,
            NewState = TcpState.SynSent,
        };

        var row = Assert.Single(Rows(pcapng => pcapng.OnEvent(change, default)));

        Assert.Equal(Name, row.Fields["_COMM"]);
        Assert.False(row.Fields.ContainsKey("TCPCAPTURE_END"));
    }

    [Fact]
    public void LastRowStoresTheEnd()
    {
        var frame = Rows(pcapng => pcapng.OnEvent(Segment(1), new Frame(new Timestamp(1), 1, 60, new byte[60])), Generated.End, out var asFrame);
        Assert.Equal("client unknown, server unknown", Assert.Single(frame).Text);
        var entry = Rows(
            pcapng => pcapng.OnEvent(new TimelineEvent { Number = 1, Kind = EventKind.Finding, Note = "n" }, default), Generated.End, out var asEntry);
        Assert.True(Assert.Single(entry).Fields.ContainsKey("TCPCAPTURE_END"));

        foreach (var file in (byte[][])[asFrame, asEntry])
        {
            var replay = new RecordingReplay("file", new ObservationLog());
            var reader = new PcapNgReader(new MemoryStream(SavedByWireshark.Save(file)));
            while (reader.Next(out var block))
                if (block.Type != PcapNgBlockType.SectionHeader) replay.Take(block);
            Generated.AssertEnd(replay.End);
            Assert.Equal("", replay.Lost.ToText());
            Assert.NotNull(replay.Contents);
        }
    }

    private static List<PacketRow> Rows(Action<TimelinePcapNg> write) => Rows(write, null, out _);

    private static List<PacketRow> Rows(Action<TimelinePcapNg> write, RecordingEnd? end, out byte[] file)
    {
        var stream = new MemoryStream();
        var pcapng = new TimelinePcapNg(stream, Generated.Info with { Interface = "eth0" });
        write(pcapng);
        pcapng.OnCompleted(new TimelineEnd(end, null, 0));
        file = stream.ToArray();
        return PacketList.Read(file);
    }

    private TimelineEvent Segment(long number) => new()
    {
        Number = number,
        Kind = EventKind.Segment,
        Frame = number,
        IsReadable = true,
        Connection = _connection,
        Side = Side.Client,
        Segment = new Segment { Source = Client, Destination = Server, Flags = TcpFlags.Ack },
    };
}
