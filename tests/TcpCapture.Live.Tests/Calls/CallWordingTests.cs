using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Calls;

public class CallWordingTests
{
    [Fact]
    public void CallsHaveTheNamesOfTheKernel() => Assert.All(
        Enum.GetValues<SystemCall>().Where(call => call != SystemCall.None && call != SystemCall.SendFile),
        call => Assert.Equal(call.ToString().ToLowerInvariant(), CallTracepoint.NameOf(call).Replace("_", "", StringComparison.Ordinal)));

    [Theory]
    [InlineData((int)SystemCall.SendTo, 25, 0x4000, "25 bytes, MSG_NOSIGNAL")]
    [InlineData((int)SystemCall.SendTo, 25, 0x4040, "25 bytes, MSG_DONTWAIT|MSG_NOSIGNAL")]
    [InlineData((int)SystemCall.RecvFrom, 1024, 0, "1024")]
    [InlineData((int)SystemCall.RecvFrom, 1024, 0x80000002, "1024, MSG_PEEK|0x80000000")]
    [InlineData((int)SystemCall.Shutdown, 1, 0, "SHUT_WR")]
    [InlineData((int)SystemCall.Listen, 5, 0, "5")]
    public void ArgumentsAreWrittenAsInSourceCode(int call, long second, long third, string words)
    {
        var enter = new CallRecord { Time = default, Kind = CallRecordKind.Enter, Call = (SystemCall)call, A = 3, B = second, C = third };

        Assert.Equal(words, CallWording.ArgumentsOf(enter));
    }

    [Theory]
    [InlineData((int)SystemCall.RecvMsg, 2, "peek")]
    [InlineData((int)SystemCall.RecvMsg, 0, "recv")]
    [InlineData((int)SystemCall.WriteV, 0, "send")]
    [InlineData((int)SystemCall.Accept4, 0, "accept")]
    public void EquivalentCallsHaveOneName(int call, long flags, string name) =>
        Assert.Equal(name, CallWording.NameOf((SystemCall)call, flags));

    [Theory]
    [InlineData(0, null, "status 0")]
    [InlineData(3, 9, "status 3")]
    [InlineData(null, 15, "killed by SIGTERM")]
    [InlineData(null, 40, "killed by signal 40")]
    [InlineData(null, null, "")]
    public void AProcessEndsWithAStatusOrBySignal(int? status, int? signal, string words) =>
        Assert.Equal(words, CallWording.EndOf(status, signal));

    [Theory]
    [InlineData(11, "EAGAIN")]
    [InlineData(512, "EINTR")]
    [InlineData(4095, "errno 4095")]
    public void ErrorsAreWrittenAsErrnoNames(int errno, string name) => Assert.Equal(name, Errno.NameOf(errno));

    [Fact]
    public void TheTextShowsTheSystemCall()
    {
        var call = new SocketCall
        {
            Id = 1,
            Socket = 1,
            Side = Side.Client,
            Name = "send",
            SystemCall = "write",
            Arguments = "25 bytes",
            Begin = default,
        };

        Assert.Equal(("write(25 bytes)", "send(25 bytes)"), (call.Text, (call with { SystemCall = null }).Text));
    }
}
