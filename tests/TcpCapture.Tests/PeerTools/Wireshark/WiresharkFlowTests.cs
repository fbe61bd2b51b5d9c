using TcpCapture.Model;
using TcpCapture.PeerTools.Wireshark;
using static TcpCapture.Model.SegmentMarks;
using static TcpCapture.Model.TcpFlags;

namespace TcpCapture.Tests.PeerTools.Wireshark;

/// <summary>Each mark in the smallest exchange with it, and the nearest one without it. Expected is what tshark 4.0.17 marks.</summary>
public sealed class WiresharkFlowTests
{
    private const long Millisecond = 1_000_000;

    private readonly WiresharkFlow _flow = new();
    private long _time = 1_700_000_000_000_000_000;

    [Fact]
    public void AHandshakeAndDataInOrderHaveNoMarks()
    {
        Open();
        Assert.Equal(SegmentMarks.None, Client(Psh | Ack, 1001, 5001, 100));
        Assert.Equal(SegmentMarks.None, Server(Ack, 5001, 1101));
        Assert.Equal(15, _flow.Completeness);
    }

    [Fact]
    public void RetransmittedDataIsARetransmission()
    {
        Open();
        Client(Ack, 1001, 5001, 100);
        Wait(300);
        Assert.Equal(Retransmission, Client(Ack, 1001, 5001, 100));
    }

    [Fact]
    public void ARetransmittedSynIsARetransmissionAndASynWithAnotherNumberAnotherConnection()
    {
        Client(Syn, 1000, 0);
        Wait(1000);
        Assert.Equal(Retransmission, Client(Syn, 1000, 0));
        Wait(1000);
        Assert.Equal(PortReused, Client(Syn, 9000, 0));
        Assert.Equal(1, _flow.Completeness);
    }

    [Fact]
    public void ASynOnAUsedFourTupleReusesItsPort()
    {
        _flow.IsPortUsedBefore = true;
        Assert.Equal(PortReused, Client(Syn, 1000, 0));
        Assert.Equal(SegmentMarks.None, Server(Syn | Ack, 5000, 1001));
    }

    [Theory]
    [InlineData(2, 1, FastRetransmission | Retransmission)]
    [InlineData(2, 25, Retransmission)] // too late
    [InlineData(1, 25, Retransmission)] // and too few
    public void ARetransmissionWithin20MillisecondsOfTwoDuplicateAcksIsFast(int duplicates, int milliseconds, SegmentMarks expected)
    {
        Open();
        Client(Ack, 1001, 5001, 100);
        Client(Ack, 1101, 5001, 100);
        Server(Ack, 5001, 1001);
        for (var i = 0; i < duplicates; i++) Assert.Equal(DuplicateAck, Server(Ack, 5001, 1001));
        Wait(milliseconds);
        Assert.Equal(expected, Client(Ack, 1001, 5001, 100));
    }

    [Fact]
    public void ARetransmissionOfAcknowledgedDataIsSpurious()
    {
        Open();
        Client(Ack, 1001, 5001, 100);
        Server(Ack, 5001, 1101);
        Assert.Equal(SpuriousRetransmission | Retransmission, Client(Ack, 1001, 5001, 100));
    }

    [Fact]
    public void ASegmentSoonAfterALaterOneIsOutOfOrder()
    {
        Open();
        Assert.Equal(LostSegment, Client(Ack, 1101, 5001, 100));
        Assert.Equal(OutOfOrder, Client(Ack, 1001, 5001, 100));
    }

    [Fact]
    public void ASegmentLaterThanARoundTripIsNotOutOfOrder()
    {
        Open();
        Client(Ack, 1101, 5001, 100);
        Wait(4);
        Assert.Equal(Retransmission, Client(Ack, 1001, 5001, 100));
    }

    [Fact]
    public void TheFirstRoundTripLimitsTheDelayOfOutOfOrderSegments()
    {
        Client(Syn, 1000, 0);
        Wait(50);
        Server(Syn | Ack, 5000, 1001);
        Client(Ack, 1001, 5001);
        Client(Ack, 1101, 5001, 100);
        Wait(40);
        Assert.Equal(OutOfOrder, Client(Ack, 1001, 5001, 100));
    }

    [Fact]
    public void AnAckOfUnseenDataIsMarkedOnce()
    {
        Open();
        Assert.Equal(AcknowledgesUnseen, Server(Ack, 5001, 2001));
        Assert.Equal(SegmentMarks.None, Server(Ack, 5001, 2002));
    }

    [Fact]
    public void AClosedWindowItsProbesAndItsOpening()
    {
        Open();
        Client(Ack, 1001, 5001, 100);
        Assert.Equal(ZeroWindow, Server(Ack, 5001, 1101, window: 0));
        Assert.Equal(ZeroWindowProbe, Client(Ack, 1101, 5001, 1));
        Assert.Equal(ZeroWindow | ZeroWindowProbeAck, Server(Ack, 5001, 1101, window: 0));
        Assert.Equal(WindowUpdate, Server(Ack, 5001, 1101, window: 500));
    }

    [Fact]
    public void AProbeWithoutAByteLooksLikeAKeepAlive()
    {
        Open();
        Client(Ack, 1001, 5001, 100);
        Server(Ack, 5001, 1101, window: 0);
        Assert.Equal(KeepAlive, Client(Ack, 1100, 5001));
    }

    [Theory]
    [InlineData(false, 100)]
    [InlineData(true, 400)]
    public void DataUpToTheEndOfTheOfferedWindowFillsIt(bool scaled, int offered)
    {
        Open(scale: scaled ? 2 : null);
        Client(Ack, 1001, 5001, 50);
        Server(Ack, 5001, 1051, window: 100);
        Assert.Equal(SegmentMarks.None, Client(Ack, 1051, 5001, offered - 1));
        Assert.Equal(WindowFull, Client(Ack, (uint)(1050 + offered), 5001, 1));
    }

    [Fact]
    public void WithoutAHandshakeTheWindowsEndIsUnknown()
    {
        Server(Ack, 5001, 1051, window: 100);
        Assert.Equal(SegmentMarks.None, Client(Ack, 1051, 5001, 100));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void AKeepAliveAndItsAnswer(int length)
    {
        Open();
        Client(Ack, 1001, 5001, 100);
        Server(Ack, 5001, 1101);
        Wait(1000);
        Assert.Equal(KeepAlive, Client(Ack, 1100, 5001, length));
        Assert.Equal(KeepAliveAck, Server(Ack, 5001, 1101));
    }

    [Fact]
    public void NumbersWrapAround()
    {
        Open(clientIss: 0xffff_fff0);
        Assert.Equal(SegmentMarks.None, Client(Ack, 0xffff_fff1, 5001, 100));
        Assert.Equal(SegmentMarks.None, Client(Ack, 0x55, 5001, 100));
        Assert.Equal(LostSegment, Client(Ack, 0x155, 5001, 100));
        Assert.Equal(OutOfOrder, Client(Ack, 0xb9, 5001, 100));
    }

    [Fact]
    public void ASegmentLongerThanTheOriginalIsARetransmission()
    {
        Open();
        Client(Ack, 1001, 5001, 100);
        Wait(300);
        Assert.Equal(Retransmission, Client(Ack, 1001, 5001, 250));
        Assert.Equal(SegmentMarks.None, Client(Ack, 1251, 5001, 10));
    }

    [Fact]
    public void ATimeThatRunsBackwardsIsALongTime()
    {
        Open();
        Client(Ack, 1101, 5001, 100);
        Wait(-10);
        Assert.Equal(Retransmission, Client(Ack, 1001, 5001, 100));
    }

    [Theory]
    [InlineData(Ack, 0, 0)]
    [InlineData(Ack, 10, 0)]
    [InlineData(Rst, 0, 0)]
    [InlineData(Syn, 0, 1)]
    [InlineData(Syn, 10, 9)] // TCP Fast Open
    public void ASingleSegmentOtherThanASynCompletesNothing(TcpFlags flags, int length, int completeness)
    {
        Client(flags, 1000, 0, length);
        Assert.Equal(completeness, _flow.Completeness);
    }

    [Fact]
    public void TheFirstSegmentCountsFromTheSecondOn()
    {
        Client(Ack, 1000, 5000, 10);
        Server(Rst, 5000, 1010);
        Assert.Equal(8 + 32, _flow.Completeness);
    }

    [Fact]
    public void AFinWithoutAckCompletesNothing()
    {
        Open();
        Client(Fin, 1001, 0);
        Assert.Equal(7, _flow.Completeness);
        Server(Fin | Ack, 5001, 1002);
        Assert.Equal(7 + 16, _flow.Completeness);
    }

    [Fact]
    public void NothingIsAllocatedForASegment()
    {
        Open();
        var seq = 1001u;
        Allocation.AssertNoneIn(1000, () =>
        {
            Client(Ack, seq, 5001, 100);
            seq += 100;
            Server(Ack, 5001, seq - 200);
        });
    }

    private void Open(int? scale = null, uint clientIss = 1000)
    {
        Client(Syn, clientIss, 0, scale: scale);
        Server(Syn | Ack, 5000, clientIss + 1, scale: scale);
        Assert.Equal(SegmentMarks.None, Client(Ack, clientIss + 1, 5001));
    }

    private void Wait(int milliseconds) => _time += milliseconds * Millisecond;

    private SegmentMarks Client(TcpFlags flags, uint seq, uint ack, int length = 0, ushort window = 512, int? scale = null) =>
        Add(Side.Client, flags, seq, ack, length, window, scale);

    private SegmentMarks Server(TcpFlags flags, uint seq, uint ack, int length = 0, ushort window = 512, int? scale = null) =>
        Add(Side.Server, flags, seq, ack, length, window, scale);

    private SegmentMarks Add(Side side, TcpFlags flags, uint seq, uint ack, int length, ushort window, int? scale)
    {
        _time += 100_000;
        return _flow.Add(side, new Segment
        {
            Time = new Timestamp(_time),
            Flags = flags,
            Seq = seq,
            Ack = ack,
            Length = length,
            Window = window,
            Options = new TcpOptions { WindowScale = (byte?)scale },
        });
    }
}
