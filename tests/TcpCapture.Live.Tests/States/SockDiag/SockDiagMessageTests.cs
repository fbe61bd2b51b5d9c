using TcpCapture.Live.States;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States.SockDiag;

public class SockDiagMessageTests
{
    private const string V4 = "127.0.0.1";
    private const string V6 = "[::1]";

    [Theory]
    [InlineData("established-with-10-unread-v4", V4, TcpState.Established, SocketKind.Full, SocketTimer.None, 10u)]
    [InlineData("established-with-10-unread-v6", V6, TcpState.Established, SocketKind.Full, SocketTimer.None, 10u)]
    [InlineData("established-dual-stack-asked-by-v4", V4, TcpState.Established, SocketKind.Full, SocketTimer.None, 0u)]
    [InlineData("close-wait-v4", V4, TcpState.CloseWait, SocketKind.Full, SocketTimer.None, 1u)]
    [InlineData("close-wait-v6", V6, TcpState.CloseWait, SocketKind.Full, SocketTimer.None, 1u)]
    [InlineData("fin-wait-2-mini-v4", V4, TcpState.FinWait2, SocketKind.TimeWait, SocketTimer.TimeWait, 0u)]
    [InlineData("fin-wait-2-mini-v6", V6, TcpState.FinWait2, SocketKind.TimeWait, SocketTimer.TimeWait, 0u)]
    [InlineData("time-wait-mini-v4", V4, TcpState.TimeWait, SocketKind.TimeWait, SocketTimer.TimeWait, 0u)]
    [InlineData("time-wait-mini-v6", V6, TcpState.TimeWait, SocketKind.TimeWait, SocketTimer.TimeWait, 0u)]
    [InlineData("syn-recv-request-v4", V4, TcpState.SynRecv, SocketKind.Request, SocketTimer.Retransmit, 0u)]
    [InlineData("syn-recv-request-v6", V6, TcpState.SynRecv, SocketKind.Request, SocketTimer.Retransmit, 0u)]
    public void ConnectionIsRead(
        string recording, string address, TcpState state, object kind, object timer, uint unread)
    {
        var (answer, question) = Recorded(recording, address);

        Assert.Equal(SockDiagAnswer.Socket, Read(answer, question, out var view));
        Assert.Equal((state, (SocketKind)kind, (SocketTimer)timer, unread), (view.State, view.Kind, view.Timer, view.ReceiveQueue));
        Assert.Equal(kind is SocketKind.Full, view.Inode != 0);
        Assert.Equal(kind is SocketKind.Full ? 0u : null, view.UserId);
        Assert.NotEqual(0ul, view.Cookie);
    }

    [Theory]
    [InlineData("fin-wait-2-mini-v4", V4, 59_948u)]
    [InlineData("syn-recv-request-v4", V4, 948u)]
    public void TheTimeLeftIsReadInMilliseconds(string recording, string address, uint milliseconds)
    {
        var (answer, question) = Recorded(recording, address);
        Read(answer, question, out var view);
        Assert.Equal(milliseconds, view.TimerMilliseconds);
    }

    [Theory]
    [InlineData("listen-v4", V4, 0u, 5u)]
    [InlineData("listen-v6", V6, 0u, 5u)]
    [InlineData("listen-with-one-waiting-v4", V4, 1u, 5u)]
    [InlineData("listen-with-one-waiting-v6", V6, 1u, 5u)]
    [InlineData("listen-dual-stack-asked-by-v4", V4, 0u, 3u)]
    public void AListenerIsReadWithItsAcceptQueue(string recording, string address, uint length, uint limit)
    {
        var answer = RecordedAnswer.Read(recording);
        var question = WatchedSocket.ForListener(At(address, RecordedAnswer.PortsOf(answer).Local));

        Assert.Equal(SockDiagAnswer.Socket, Read(answer, question, out var view));
        Assert.Equal((TcpState.Listen, SocketKind.Listener), (view.State, view.Kind));
        Assert.Equal((length, limit), (view.ReceiveQueue, view.SendQueue));
    }

    [Theory]
    [InlineData("listener-instead-of-connection-v4", V4)]
    [InlineData("listener-instead-of-connection-v6", V6)]
    [InlineData("listener-with-owner-gone-v4", V4)]
    [InlineData("listener-with-owner-gone-v6", V6)]
    public void AListenerDoesNotAnswerARequestForAConnection(string recording, string address)
    {
        var answer = RecordedAnswer.Read(recording);
        var question = new FourTuple(At(address, RecordedAnswer.PortsOf(answer).Local), At(address, 1));

        Assert.Equal(SockDiagAnswer.Absent, Read(answer, question, out var view));
        Assert.False(view.IsPresent);
    }

    [Fact]
    public void AConnectionDoesNotAnswerARequestForAListener()
    {
        var (answer, question) = Recorded("established-with-10-unread-v4", V4);
        Assert.Equal(SockDiagAnswer.Absent, Read(answer, WatchedSocket.ForListener(question.Local), out _));
    }

    [Fact]
    public void ASocketOfAnotherConnectionIsNoAnswer()
    {
        var (answer, question) = Recorded("established-with-10-unread-v4", V4);
        var other = new FourTuple(question.Local, At("127.0.0.2", question.Remote.Port));
        Assert.Equal(SockDiagAnswer.Absent, Read(answer, other, out _));
        Assert.Equal(SockDiagAnswer.Absent, Read(answer, question.Reverse(), out _));
    }

    [Theory]
    [InlineData("enoent-v4", V4)]
    [InlineData("enoent-v6", V6)]
    public void ENOENTMeansNoSocket(string recording, string address) =>
        Assert.Equal(SockDiagAnswer.Absent, Read(RecordedAnswer.Read(recording), WatchedSocket.ForListener(At(address, 1)), out _));

    [Fact]
    public void TheProbeSucceedsOnlyIfTheKernelHasAHandler()
    {
        Assert.Equal(SockDiagAnswer.Done, Read(RecordedAnswer.Read("probe-done"), default, out _));
        Assert.NotEqual(SockDiagAnswer.Done, Read(RecordedAnswer.Read("probe-without-handler"), default, out _));
    }

    [Fact]
    public void ARefusalHasItsErrno()
    {
        var answer = RecordedAnswer.Read("enoent-v4");
        BitConverter.TryWriteBytes(answer.AsSpan(16), -1);
        var result = SockDiagMessage.Read(answer, default, RecordedAnswer.Sequence, out _, out var error);
        Assert.Equal((SockDiagAnswer.Refused, 1), (result, error));
    }

    [Fact]
    public void AReplyToAnotherRequestIsForeign()
    {
        var (answer, question) = Recorded("established-with-10-unread-v4", V4);
        Assert.Equal(SockDiagAnswer.Foreign, SockDiagMessage.Read(answer, question, 8, out var view, out _));
        Assert.False(view.IsPresent);
    }

    [Theory]
    [InlineData("established-with-10-unread-v4", 88)]
    [InlineData("enoent-v6", 20)]
    public void ATruncatedMessageIsMalformed(string recording, int needed)
    {
        var (whole, question) = Recorded(recording, V4);
        for (var length = 0; length < whole.Length; length++)
        {
            // Once with the original length in the header, once with the truncated length.
            Assert.Equal(SockDiagAnswer.Malformed, Read(whole.AsSpan(0, length), question, out _));
            var honest = whole[..length];
            if (length < 4 || length >= needed) continue;
            BitConverter.TryWriteBytes(honest, length);
            Assert.Equal(SockDiagAnswer.Malformed, Read(honest, question, out _));
        }
    }

    [Fact]
    public void AnyChangedByteIsReadWithoutAnException()
    {
        var (whole, question) = Recorded("established-with-10-unread-v6", V6);
        for (var i = 0; i < whole.Length; i++)
        {
            for (var value = 0; value <= byte.MaxValue; value++)
            {
                var hostile = (byte[])whole.Clone();
                hostile[i] = (byte)value;
                if (Read(hostile, question, out var view) != SockDiagAnswer.Socket) Assert.False(view.IsPresent);
                else Assert.True(Enum.IsDefined(view.State) && Enum.IsDefined(view.Timer) && view.IsPresent);
            }
        }
    }

    [Theory]
    [InlineData(16, 7)] // family
    [InlineData(17, 0)] // state
    [InlineData(17, 13)]
    [InlineData(18, 5)] // timer
    public void UnknownFamiliesStatesAndTimersAreMalformed(int offset, byte value)
    {
        var (answer, question) = Recorded("established-with-10-unread-v4", V4);
        answer[offset] = value;
        Assert.Equal(SockDiagAnswer.Malformed, Read(answer, question, out _));
    }

    [Fact]
    public void ALookupHasTheFormatOfTheKernel()
    {
        var bytes = new byte[SockDiagMessage.RequestLength];
        var end = new FourTuple(At(V4, 0x1234), At("10.1.2.3", 0x5678));
        SockDiagMessage.WriteLookup(bytes, end, 9, 3);

        Assert.Equal(72, BitConverter.ToInt32(bytes));
        Assert.Equal((20, 1, 9), (BitConverter.ToUInt16(bytes, 4), BitConverter.ToUInt16(bytes, 6), BitConverter.ToInt32(bytes, 8)));
        Assert.Equal([2, 6, 0, 0, 0, 0, 0, 0], bytes[16..24]);
        Assert.Equal([0x12, 0x34, 0x56, 0x78, 127, 0, 0, 1], bytes[24..32]);
        Assert.Equal([10, 1, 2, 3], bytes[44..48]);
        Assert.Equal(3, BitConverter.ToInt32(bytes, 60));
        Assert.All(bytes[64..72], value => Assert.Equal(0xff, value));
    }

    private static (byte[] Answer, FourTuple Question) Recorded(string recording, string address)
    {
        var answer = RecordedAnswer.Read(recording);
        var (local, remote) = RecordedAnswer.PortsOf(answer);
        return (answer, new FourTuple(At(address, local), At(address, remote)));
    }

    private static SockDiagAnswer Read(ReadOnlySpan<byte> answer, FourTuple question, out SocketSnapshot view) =>
        SockDiagMessage.Read(answer, question, RecordedAnswer.Sequence, out view, out _);

    private static Endpoint At(string address, ushort port)
    {
        Assert.True(Endpoint.TryParse($"{address}:{port}", out var endpoint));
        return endpoint;
    }
}
