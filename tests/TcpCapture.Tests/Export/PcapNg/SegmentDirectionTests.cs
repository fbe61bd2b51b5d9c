using System.Net;
using TcpCapture.Export.PcapNg;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export.PcapNg;

/// <summary>A frame is inbound or outbound only if that is known; a frame between two local sockets is neither.</summary>
public class SegmentDirectionTests
{
    private const int Ethernet = 1;
    private const int CookedV1 = 113;
    private const int CookedV2 = 276;

    [Theory]
    [InlineData(true, false, SegmentDirection.Outbound)]
    [InlineData(false, true, SegmentDirection.Inbound)]
    [InlineData(true, true, null)]
    [InlineData(false, false, null)]
    public void LocalSocketDecides(bool senderIsHere, bool receiverIsHere, uint? direction) =>
        Assert.Equal(direction, Of("10.0.0.1", "10.0.0.2", senderIsHere, receiverIsHere, Ethernet));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.2", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    public void LoopbackAddressesHaveNoDirection(string from, string to)
    {
        Assert.Null(Of(from, to, true, false, Ethernet));
        Assert.Null(Of(from, to, false, true, CookedV2));
    }

    [Theory]
    [InlineData(CookedV1, 1, (byte)4, SegmentDirection.Outbound)]
    [InlineData(CookedV1, 1, (byte)0, SegmentDirection.Inbound)]
    [InlineData(CookedV2, 10, (byte)4, SegmentDirection.Outbound)]
    [InlineData(CookedV2, 10, (byte)0, SegmentDirection.Inbound)]
    public void CookedLinkHeaderDecides(int linkType, int at, byte type, uint direction)
    {
        var header = new byte[20];
        header[at] = type;

        Assert.Equal(direction, Of("10.0.0.1", "10.0.0.2", false, false, linkType, header));
        Assert.Null(Of("10.0.0.1", "10.0.0.2", true, true, linkType, header));
        Assert.Null(Of("10.0.0.1", "10.0.0.2", false, false, linkType, header[..at]));
    }

    [Fact]
    public void LoopbackInterfaceHasNoDirection() =>
        Assert.Null(Of("10.0.0.1", "10.0.0.2", true, false, Ethernet, device: "lo"));

    [Fact]
    public void UndecodedFrameHasNoDirection() =>
        Assert.Null(new SegmentDirection(new RecordingInfo()).Of(new TimelineEvent { Number = 1, Kind = EventKind.Segment }, default));

    [Fact]
    public void AnyAddressIsNotLocal()
    {
        var directions = new SegmentDirection(new RecordingInfo());
        directions.Learn(Endpoint.FromBytes(new byte[4], 80));

        Assert.Null(directions.Of(Segment("0.0.0.0", "10.0.0.2"), new Frame(default, Ethernet, 60, new byte[60])));
    }

    [Fact]
    public void NumberOfAddressesIsLimited()
    {
        var directions = new SegmentDirection(new RecordingInfo());
        for (var number = 1; number <= SegmentDirection.MaxAddresses + 1; number++)
            directions.Learn(Endpoint.FromBytes([10, 1, (byte)(number >> 8), (byte)number], 80));

        Assert.Equal(SegmentDirection.Outbound, directions.Of(Segment("10.1.4.0", "10.0.0.2"), new Frame(default, Ethernet, 60, new byte[60])));
        Assert.Null(directions.Of(Segment("10.1.4.1", "10.0.0.2"), new Frame(default, Ethernet, 60, new byte[60])));
    }

    private static uint? Of(
        string from, string to, bool senderIsHere, bool receiverIsHere, int linkType, byte[]? bytes = null, string device = "eth0")
    {
        var segment = Segment(from, to);
        var directions = new SegmentDirection(new RecordingInfo { Interface = device });
        if (senderIsHere) directions.Learn(segment.Segment.Source.WithPort(1));
        if (receiverIsHere) directions.Learn(segment.Segment.Destination.WithPort(1));
        return directions.Of(segment, new Frame(new Timestamp(0), linkType, 100, bytes ?? new byte[60]));
    }

    private static TimelineEvent Segment(string from, string to) => new()
    {
        Number = 1,
        Kind = EventKind.Segment,
        IsReadable = true,
        Segment = new Segment
        {
            Source = Endpoint.From(IPAddress.Parse(from), 40000),
            Destination = Endpoint.From(IPAddress.Parse(to), 80),
        },
    };
}
