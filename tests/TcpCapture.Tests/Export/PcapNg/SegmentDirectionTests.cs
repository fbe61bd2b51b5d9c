using System.Net;
using TcpCapture.Correlation;
using TcpCapture.Export.PcapNg;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export.PcapNg;

/// <summary>Inbound and outbound are said where they are known, and nothing is said where a frame was both.</summary>
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
    public void TheEndWhoseSocketIsHereDecides(bool senderIsHere, bool receiverIsHere, uint? direction) =>
        Assert.Equal(direction, Of("10.0.0.1", "10.0.0.2", senderIsHere, receiverIsHere, Ethernet));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.2", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    public void OnLoopbackAFrameIsBoth(string from, string to)
    {
        Assert.Null(Of(from, to, true, false, Ethernet));
        Assert.Null(Of(from, to, false, true, CookedV2));
    }

    [Theory]
    [InlineData(CookedV1, 1, (byte)4, SegmentDirection.Outbound)]
    [InlineData(CookedV1, 1, (byte)0, SegmentDirection.Inbound)]
    [InlineData(CookedV2, 10, (byte)4, SegmentDirection.Outbound)]
    [InlineData(CookedV2, 10, (byte)0, SegmentDirection.Inbound)]
    public void ACaptureOnAllInterfacesSaysItInItsHeaders(int linkType, int at, byte type, uint direction)
    {
        var header = new byte[20];
        header[at] = type;

        Assert.Equal(direction, Of("10.0.0.1", "10.0.0.2", false, false, linkType, header));
        Assert.Null(Of("10.0.0.1", "10.0.0.2", true, true, linkType, header));
        Assert.Null(Of("10.0.0.1", "10.0.0.2", false, false, linkType, header[..at]));
    }

    [Fact]
    public void AFrameThatCannotBeReadHasNone() =>
        Assert.Null(SegmentDirection.Of(new TimelineEvent { Number = 1, Kind = EventKind.Segment }, default));

    private static uint? Of(string from, string to, bool senderIsHere, bool receiverIsHere, int linkType, byte[]? bytes = null)
    {
        var source = Endpoint.From(IPAddress.Parse(from), 40000);
        var destination = Endpoint.From(IPAddress.Parse(to), 80);
        var connection = new Connection(1, new Timestamp(0), source, destination);
        if (senderIsHere) connection.Client.Owner = new SocketOwner(new Timestamp(0), source, destination, 1, 2, "name");
        if (receiverIsHere) connection.Server.Owner = new SocketOwner(new Timestamp(0), destination, source, 1, 2, "name");
        var segment = new TimelineEvent
        {
            Number = 1,
            Kind = EventKind.Segment,
            IsReadable = true,
            Connection = connection,
            Side = Side.Client,
            Segment = new Segment { Source = source, Destination = destination },
        };
        return SegmentDirection.Of(segment, new Frame(new Timestamp(0), linkType, 100, bytes ?? new byte[60]));
    }
}
