using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Calls;

[SupportedOSPlatform("linux")]
public class CallAssemblerTests
{
    private const string ServersCalls = """
        server 1 socket: socket(AF_INET) = 1
        server 1 bind: bind(?, which became 127.0.0.1:37263) = 0 127.0.0.1:37263
        server 1 listen: listen(5) = 0 127.0.0.1:37263
        server 1 accept: accept4() = 3 127.0.0.1:37263 127.0.0.1:41912
        server 3 recv: recvfrom(100) = 25 127.0.0.1:37263 127.0.0.1:41912
        server 3 send: sendto(7 bytes) = 7 127.0.0.1:37263 127.0.0.1:41912
        server 3 recv: recvfrom(100) = 0 127.0.0.1:37263 127.0.0.1:41912
        server 3 close: close() = 0 127.0.0.1:37263 127.0.0.1:41912
        server 1 accept: accept4() = 5 127.0.0.1:37263 127.0.0.1:41924
        server 5 recv: recvfrom(100) = 3 127.0.0.1:37263 127.0.0.1:41924
        server 5 recv: recvfrom(100) = ECONNRESET 127.0.0.1:37263 127.0.0.1:41924
        server 5 close: close() = 0 127.0.0.1:37263 127.0.0.1:41924
        server 1 accept: accept4() = 7 127.0.0.1:37263 127.0.0.1:41930
        server 7 recv: recvfrom(100) = 9 127.0.0.1:37263 127.0.0.1:41930
        server 1 exit: exit(killed by SIGKILL) = 0 127.0.0.1:37263
        server 7 exit: exit(killed by SIGKILL) = 0 127.0.0.1:37263 127.0.0.1:41930
        """;

    private const string ClientsCalls = """
        client 2 socket: socket(AF_INET) = 2
        client 2 connect: connect(127.0.0.1:37263) = 0 127.0.0.1:41912 127.0.0.1:37263
        client 2 send: write(25 bytes) = 25 127.0.0.1:41912 127.0.0.1:37263
        client 2 peek: recvfrom(7, MSG_PEEK) = 7 127.0.0.1:41912 127.0.0.1:37263
        client 2 recv: recvfrom(100) = 7 127.0.0.1:41912 127.0.0.1:37263
        client 2 close-descriptor: close(the socket stays open: another descriptor refers to it) = 0 127.0.0.1:41912 127.0.0.1:37263
        client 2 shutdown: shutdown(SHUT_WR) = 0 127.0.0.1:41912 127.0.0.1:37263
        client 2 close: close() = 0 127.0.0.1:41912 127.0.0.1:37263
        client 4 socket: socket(AF_INET) = 4
        client 4 connect: connect(127.0.0.1:37263) = 0 127.0.0.1:41924 127.0.0.1:37263
        client 4 send: sendto(3 bytes) = 3 127.0.0.1:41924 127.0.0.1:37263
        client 4 setsockopt: setsockopt(SOL_SOCKET, SO_LINGER, ?) = 0 127.0.0.1:41924 127.0.0.1:37263
        client 4 close: close() = 0 127.0.0.1:41924 127.0.0.1:37263
        client 6 socket: socket(AF_INET) = 6
        client 6 connect: connect(127.0.0.1:37263) = EINPROGRESS 127.0.0.1:41930 127.0.0.1:37263
        client 6 send: sendto(9 bytes) = 9 127.0.0.1:41930 127.0.0.1:37263
        client 8 socket: socket(AF_INET) = 8
        client 8 connect: connect(127.0.0.1:9) = ECONNREFUSED 127.0.0.1:50760 127.0.0.1:9
        client 6 exit: exit(status 3) = 0 127.0.0.1:41930 127.0.0.1:37263
        client 8 exit: exit(status 3) = 0 127.0.0.1:50760 127.0.0.1:9
        """;

    [Fact]
    public void TheCallsOfTheRecordedProgramsAreAssembled()
    {
        var recorded = new RecordedCalls();
        var calls = recorded.Assemble(recorded.Records(RecordedCalls.Pages()));

        Assert.Equal(ServersCalls, Lines(calls, recorded.Server));
        Assert.Equal(ClientsCalls, Lines(calls, recorded.Client));
        Assert.All(calls, call => Assert.True(call.End >= call.Begin));
        Assert.Equal([recorded.Server, recorded.Client], recorded.Tree.Processes.Select(process => process.Id).Order());
    }

    [Fact]
    public void DamagedBytesDoNoHarmBeyondWrongCalls()
    {
        var random = new Random(17);
        for (var i = 0; i < 300; i++)
        {
            var pages = RecordedCalls.Pages();
            for (var j = 0; j < 20; j++)
            {
                var bytes = pages[random.Next(pages.Count)];
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var recorded = new RecordedCalls();
            var calls = recorded.Assemble(recorded.Records(pages));
            Assert.True(calls.Count < 1000);
        }
    }

    [Fact]
    public void AnySingleRecordMayBeMissing()
    {
        var whole = new RecordedCalls();
        var records = whole.Records(RecordedCalls.Pages());
        for (var i = 0; i < records.Count; i++)
        {
            var recorded = new RecordedCalls();
            var calls = recorded.Assemble(records.Where((_, at) => at != i));
            Assert.All(calls.Where(call => call.End is not null), call => Assert.True(call.End >= call.Begin));
        }
    }

    [Fact]
    public void CallsOnOtherPortsAreLeftOut()
    {
        var recorded = new RecordedCalls();
        var calls = recorded.Assemble(recorded.Records(RecordedCalls.Pages()), recorded.Listener.Port);

        Assert.Equal(
            ClientsCalls.Split('\n').Where(line => !line.StartsWith("client 8", StringComparison.Ordinal)),
            Lines(calls, recorded.Client).Split('\n'));
    }

    [Fact]
    public void ALongCallIsAlsoDeliveredAtItsBegin()
    {
        var programs = new ProgramScript().Connect(3);
        programs.Enter(SystemCall.RecvFrom, 3, 100).Wait(1000).Received(3, 10).Exit(SystemCall.RecvFrom, 10);

        var deliveries = programs.Play().Where(call => call.Name == "recv").ToArray();
        Assert.Equal([null, 10L], deliveries.Select(call => call.Result));
        Assert.Equal(deliveries[0].Id, deliveries[1].Id);
    }

    [Fact]
    public void AReadWithEAgainHasNoRowUnlessItWaited()
    {
        var programs = new ProgramScript().Connect(3);
        programs.Enter(SystemCall.RecvFrom, 3, 100).Received(3, -11).Exit(SystemCall.RecvFrom, -11);
        programs.Enter(SystemCall.RecvFrom, 3, 200).Wait(2000).Received(3, -11).Exit(SystemCall.RecvFrom, -11);

        Assert.Equal(["200", "200"], programs.Play().Where(call => call.Name == "recv").Select(call => call.Arguments));
    }

    [Fact]
    public void AnUnknownDescriptorIsAdoptedWhenItTransfersBytes()
    {
        var programs = new ProgramScript();
        programs.Enter(SystemCall.Write, 9, 5).Sent(9, 5);
        programs.Enter(SystemCall.Read, 10, 5); // a file

        Assert.Equal(["write(5 bytes)"], programs.Play().Select(call => call.Text));
    }

    [Fact]
    public void ClosingAnInheritedDescriptorDoesNotCloseTheSocket()
    {
        var programs = new ProgramScript().Connect(3).Fork(child: 200);
        programs.On(200).Enter(SystemCall.Close, 3).Exit(SystemCall.Close, 0);
        programs.On(ProgramScript.First).Close(3);

        var names = programs.Play().Select(call => call.Name);
        Assert.Equal(["close-descriptor", "close"], names.Where(name => name.StartsWith("close", StringComparison.Ordinal)));
    }

    [Fact]
    public void ACloseEndsWhenTheKernelReportsTheStateChange()
    {
        var programs = new ProgramScript().Connect(3);
        programs.Enter(SystemCall.Close, 3).Exit(SystemCall.Close, 0).Change(3, TcpState.Established, TcpState.FinWait1);
        programs.Enter(SystemCall.Socket, 2, 1);

        var close = programs.Play().Single(call => call.Name == "close");
        Assert.Equal(2 * ProgramScript.Step, close.End!.Value - close.Begin);
    }

    [Fact]
    public void ACloseWithoutAStateChangeLeavesTheSocketOpen()
    {
        var programs = new ProgramScript().Connect(3);
        programs.Enter(SystemCall.Close, 3).Exit(SystemCall.Close, 0).Enter(SystemCall.Socket, 2, 1);

        Assert.Equal("close-descriptor", programs.Play()[^1].Name);
    }

    [Fact]
    public void ExecveClosesCloseOnExecDescriptors()
    {
        var programs = new ProgramScript().Connect(3).Connect(4);
        programs.Enter(SystemCall.Fcntl, 3, 2, 1).Exit(SystemCall.Fcntl, 0).Execute();

        Assert.Equal(["close(by execve)"], programs.Play().Where(call => call.Name == "close").Select(call => call.Text));
    }

    // Linux delivers SIGKILL to the threads of a process, whichever signal ends it. 15 is SIGTERM, 10 SIGUSR1, 28 SIGWINCH.
    [Theory]
    [InlineData("killed by SIGTERM", 15)]
    [InlineData("killed by SIGTERM", 10, 15)]
    [InlineData("killed by SIGKILL", 15, 9)]
    [InlineData("killed by SIGKILL", 28)]
    [InlineData("killed by SIGKILL")]
    public void TheLastSignalSentEndsTheProcess(string how, params int[] sent)
    {
        var programs = new ProgramScript().Connect(3).On(1);
        foreach (var signal in sent) programs.Signal(ProgramScript.First, signal);
        programs.On(ProgramScript.First).Deliver(9).End().Change(3, TcpState.Established, TcpState.FinWait1);

        Assert.Equal($"exit({how})", programs.Play()[^1].Text);
    }

    [Fact]
    public void IoUringMakesTheTraceIncomplete()
    {
        var programs = new ProgramScript();
        programs.Enter(SystemCall.IoUringSetup, 8).Exit(SystemCall.IoUringSetup, 3).Play();

        Assert.Equal("process 100 uses io_uring; its io_uring operations are not traced", programs.Incomplete);
    }

    [Fact]
    public void LostRecordsMakeTheTraceIncomplete()
    {
        var programs = new ProgramScript().Connect(3);
        Assert.Null(programs.Incomplete);
        programs.Gap().Play();

        Assert.Equal("some kernel records of calls were lost", programs.Incomplete);
    }

    [Fact]
    public void ClosedSocketsUseNoMemory()
    {
        var programs = new ProgramScript();
        for (var descriptor = 3; descriptor < 100_003; descriptor++) programs.Connect(descriptor);
        Assert.Equal(100_000, programs.Sockets);
        for (var descriptor = 3; descriptor < 100_003; descriptor++) programs.Close(descriptor);
        Assert.Equal(0, programs.Sockets);
        for (var i = 0; i < 100_000; i++) programs.Connect(3).Close(3);
        Assert.Equal(0, programs.Sockets);
    }

    private static string Lines(IEnumerable<SocketCall> calls, int process) =>
        string.Join('\n', calls.Where(call => call.ProcessId == process).OrderBy(call => call.Id).Select(Line));

    private static string Line(SocketCall call)
    {
        var result = call.Error ?? call.Result?.ToString(CultureInfo.InvariantCulture);
        return $"{call.Side.ToText()} {call.Socket} {call.Name}: {call.Text} = {result} {call.Local} {call.Remote}".TrimEnd();
    }
}
