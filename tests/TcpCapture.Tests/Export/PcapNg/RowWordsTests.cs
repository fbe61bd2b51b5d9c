using TcpCapture.Export.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Tests.Export.PcapNg;

/// <summary>The texts of rows in the packet list.</summary>
public class RowWordsTests
{
    private const long Second = 1_000_000_000;

    private static readonly Endpoint Client = Endpoint.FromBytes([127, 0, 0, 1], 40000);
    private static readonly Endpoint Server = Endpoint.FromBytes([127, 0, 0, 1], 12345);

    private readonly RowWords _words = new(new RecordingInfo
    {
        Settings = new Dictionary<string, string> { ["net.ipv4.tcp_fin_timeout"] = "60" },
    });

    private readonly Connection _connection = new(1, new Timestamp(0), Client, Server);

    [Theory]
    [InlineData(TcpFlags.Syn, 0, "SYN, frame 3")]
    [InlineData(TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr, 0, "SYN, frame 3")]
    [InlineData(TcpFlags.Syn | TcpFlags.Ack, 0, "SYN-ACK, frame 3")]
    [InlineData(TcpFlags.Ack, 0, "ACK, frame 3")]
    [InlineData(TcpFlags.Psh | TcpFlags.Ack, 25, "25 bytes, frame 3")]
    [InlineData(TcpFlags.Psh | TcpFlags.Ack, 1, "1 byte, frame 3")]
    [InlineData(TcpFlags.Fin | TcpFlags.Ack, 7, "FIN-ACK, 7 bytes, frame 3")]
    [InlineData(TcpFlags.Rst | TcpFlags.Ack, 0, "RST-ACK, frame 3")]
    [InlineData(TcpFlags.None, 0, "no flags, frame 3")]
    public void AChangeNamesTheSegmentThatCausedIt(TcpFlags flags, int length, string cause)
    {
        _words.Remember(Segment(12, 3, Side.Client, flags, length));

        Assert.Equal($"server SYN_RECV → ESTABLISHED ({cause})", Message(Change(13, 12, TcpState.SynRecv, TcpState.Established)));
    }

    [Theory]
    [InlineData(Evidence.Traced, "client SYN_RECV → ESTABLISHED (connect, event 6)")]
    [InlineData(Evidence.Sampled, "client SYN_RECV → ESTABLISHED (connect, event 6; sampled)")]
    [InlineData(Evidence.Inferred, "client SYN_RECV → ESTABLISHED (connect, event 6; inferred)")]
    public void ChangeThatWasNotTracedNamesItsEvidence(Evidence evidence, string message)
    {
        _words.Remember(Call(6, "connect"));

        var change = Change(7, 6, TcpState.SynRecv, TcpState.Established);
        Assert.Equal(message, Message(change with { Side = Side.Client, Evidence = evidence }));
    }

    [Fact]
    public void WithoutACauseOnlyTheEvidenceIsNamed()
    {
        var change = Change(7, 0, TcpState.Closed, TcpState.Listen);

        Assert.Equal("server CLOSED → LISTEN (traced)", Message(change));
        Assert.Equal("server CLOSED → LISTEN (inferred)", Message(change with { Evidence = Evidence.Inferred }));
    }

    [Theory]
    [InlineData(TcpState.TimeWait, 60_000, "timer, after 60.0 s")]
    [InlineData(TcpState.TimeWait, 1_500, "after 1.5 s")]
    [InlineData(TcpState.FinWait2, 60_120, "timer, after 60.1 s")]
    [InlineData(TcpState.FinWait2, 40, "after 0.04 s")]
    public void TimerIsNamedOnlyIfItHadTimeToExpire(TcpState from, int milliseconds, string cause)
    {
        _connection.Server.StateSince = new Timestamp(Second);

        var change = Change(7, 0, from, TcpState.Closed);
        Assert.Equal(
            $"server {from.ToRfcName()} → CLOSED ({cause})",
            Message(change with { Connection = _connection, Time = new Timestamp(Second + milliseconds * 1_000_000L) }));
    }

    [Fact]
    public void OldCauseIsNamedByItsNumber()
    {
        _words.Remember(Segment(1, 1, Side.Client, TcpFlags.Syn));
        _words.Remember(Segment(1 + PastEvents.Capacity, 2, Side.Client, TcpFlags.Ack));

        Assert.Equal("server LISTEN → SYN_RECV (event 1)", Message(Change(PastEvents.Capacity + 2, 1, TcpState.Listen, TcpState.SynRecv)));
        var answer = Segment(PastEvents.Capacity + 2, 3, Side.Server, TcpFlags.Ack) with { CausedBy = 1 };
        Assert.Equal("client unknown, server unknown; caused by event 1", Comment(answer));
    }

    [Fact]
    public void CallShowsItsResultOrThatItHasNotReturned()
    {
        var call = Call(6, "connect").Call! with { Arguments = "127.0.0.1:12345" };
        var returned = call with { End = new Timestamp(2), Result = 0 };

        Assert.Equal("client connect(127.0.0.1:12345) …", Message(Call(6, "connect") with { Call = call }));
        Assert.Equal("client connect(127.0.0.1:12345) = 0", Message(Call(6, "connect") with { Call = returned }));
        Assert.Equal(
            "client connect(127.0.0.1:12345) = ECONNREFUSED",
            Message(Call(6, "connect") with { Call = returned with { Result = -1, Error = "ECONNREFUSED" } }));
        Assert.Equal(
            "client connect(127.0.0.1:12345) resumed = 0",
            Message(Call(6, "connect") with { Call = returned, IsResumed = true }));
    }

    [Fact]
    public void FrameShowsBothStatesAndItsCause()
    {
        _words.Remember(Call(6, "connect"));
        _words.Remember(Segment(8, 1, Side.Client, TcpFlags.Syn));
        var syn = Segment(8, 1, Side.Client, TcpFlags.Syn) with { ClientState = TcpState.SynSent, ServerState = TcpState.Listen };

        Assert.Equal("client SYN_SENT, server LISTEN; caused by client's connect (event 6)", Comment(syn with { CausedBy = 6 }));
        Assert.Equal("client SYN_SENT, server LISTEN", Comment(syn));
        Assert.Equal(
            "client SYN_SENT, server LISTEN; repeats frame 1 (event 8); SYN retransmission 1",
            Comment(syn with { CausedBy = 8, IsRetransmission = true, Note = "SYN retransmission 1" }));
        Assert.Equal("client SYN_SENT, server LISTEN; caused by frame 1 (event 8)", Comment(syn with { CausedBy = 8 }));
        Assert.Equal("client SYN_SENT, server LISTEN; answers frame 1 (event 8)", Comment(syn with { CausedBy = 8, Side = Side.Server }));
    }

    [Fact]
    public void ResetShowsItsNote()
    {
        var reset = Segment(9, 2, Side.Server, TcpFlags.Rst) with { Note = "RST refuses the SYN of frame 1; the kernel says NO_SOCKET" };

        Assert.Equal("client unknown, server unknown; RST refuses the SYN of frame 1; the kernel says NO_SOCKET", Comment(reset));
    }

    [Fact]
    public void UndecodedFrameShowsTheReason()
    {
        Assert.Equal("not a TCP segment", Comment(new TimelineEvent { Number = 1, Kind = EventKind.Segment, Frame = 1, Note = "not a TCP segment" }));
    }

    /// <summary>A forged recording can contain a reason of any length; the option of a comment is limited.</summary>
    [Fact]
    public void CommentFitsIntoItsOption()
    {
        var comment = Comment(Segment(1, 1, Side.Client, TcpFlags.Rst) with { Note = new string('漢', 100_000) });

        Assert.Equal(4096, comment.Length);
        Assert.InRange(new PcapNgOptions().Comment(comment).EncodedLength, 1, 65536);
    }

    private string Message(in TimelineEvent e) => _words.Message(e).ToString();

    private string Comment(in TimelineEvent e) => _words.Comment(e).ToString();

    private static TimelineEvent Change(long number, long cause, TcpState from, TcpState to) => new()
    {
        Number = number,
        Kind = EventKind.State,
        Side = Side.Server,
        OldState = from,
        NewState = to,
        CausedBy = cause,
        Evidence = Evidence.Traced,
    };

    private static TimelineEvent Call(long number, string name) => new()
    {
        Number = number,
        Kind = EventKind.Call,
        Side = Side.Client,
        Call = new SocketCall { Id = 1, Socket = 1, Side = Side.Client, Name = name, Begin = new Timestamp(1) },
    };

    private static TimelineEvent Segment(long number, long frame, Side side, TcpFlags flags, int length = 0) => new()
    {
        Number = number,
        Kind = EventKind.Segment,
        Frame = frame,
        Side = side,
        IsReadable = true,
        Segment = new Segment { Flags = flags, Length = length },
    };
}
