using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TcpCapture.Live;
using TcpCapture.Live.Scenarios;
using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Scenarios;

/// <summary>Errors are reported in one line, end the run at once and leave nothing behind.</summary>
public class TroubleTests
{
    [Fact]
    public void APortInUseIsNamedBeforeAnythingIsSent()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 20_201));
        other.Listen();
        Assert.Contains("Port 20201 is in use", Refusal("both-close", new ExchangeOptions { Port = 20_201 }));
    }

    [Theory]
    [InlineData("exchange", "192.0.2.77", "192.0.2.77 is not an address of this machine")]
    [InlineData("exchange", "0.0.0.0", "cannot connect to 0.0.0.0")]
    [InlineData("unreachable", "127.0.0.1", "its own network namespace")]
    [InlineData("backlog-full-abort", "127.0.0.1", "its own network namespace")]
    public void AnUnusableAddressOrNamespaceIsNamed(string scenario, string address, string expected) =>
        Assert.Contains(expected, Refusal(scenario, new ExchangeOptions { Address = IPAddress.Parse(address), Port = 20_202 }));

    [Theory]
    [InlineData(0, 5, 5, "Port 0")]
    [InlineData(65_536, 5, 5, "Port 65536")]
    [InlineData(20_203, -1, 5, "-1 messages")]
    [InlineData(20_203, 5, -1, "backlog of -1")]
    public void ANumberOutOfRangeIsNamed(int port, int messages, int backlog, string expected) =>
        Assert.Contains(expected, Refusal("exchange", new ExchangeOptions { Port = port, Messages = messages, Backlog = backlog }));

    [Fact]
    public void AClientWithoutAServerIsAdvisedToStartTheServerFirst()
    {
        var calls = new CallRecorder();
        using var runner = Runner("exchange", new ExchangeOptions { Port = 20_204, Role = ExchangeRole.Client }, calls);
        var error = Assert.Throws<ExchangeException>(() => runner.Run(CancellationToken.None));
        Assert.Contains("connect(127.0.0.1:20204) failed with ECONNREFUSED", error.Message);
        Assert.Contains("start the server first", error.Message);
        Assert.Equal("c:socket=1 c:connect=ECONNREFUSED", calls.Sequence);
    }

    [Fact]
    public void ARunIsCancelledThoughAThreadIsBlockedInACall()
    {
        var calls = new CallRecorder();
        using var runner = Runner("exchange", new ExchangeOptions { Port = 20_205, Role = ExchangeRole.Server }, calls);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();
        runner.Run(cancel.Token);
        Assert.InRange(watch.ElapsedMilliseconds, 250, 1500);
        Assert.Equal("s:socket=1 s:bind=0 s:listen=0 s:accept…", calls.Sequence);
        runner.Dispose();
        Assert.InRange(watch.ElapsedMilliseconds, 250, 3000);
        Assert.Equal("s:socket=1 s:bind=0 s:listen=0 s:accept…", calls.Sequence);
        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        again.Bind(new IPEndPoint(IPAddress.Loopback, 20_205)); // the listener is closed
    }

    [Fact]
    public void AnAbandonedConnectSendsNothingWhenItIsCleanedUp()
    {
        Requirements.SkipUnlessRoot();
        var heard = PrivateNetwork.Run(() =>
        {
            var wire = new WireWatch();
            var options = new ExchangeOptions { Port = 20_206, IsPrivateNamespace = true, Duration = TimeSpan.FromMilliseconds(300) };
            using var runner = new ExchangeRunner(ScenarioCatalog.Find("unreachable")!, options, new CallLog(new CallRecorder()), wire);
            runner.Prepare();
            using var ear = new LoopbackEar(AddressFamily.InterNetwork, 20_206, wire, TimeSpan.FromMilliseconds(100));
            runner.Run(CancellationToken.None);
            runner.Dispose();
            return ear.Stop();
        });
        Assert.Single(heard);
    }

    [Fact]
    public void WithoutCapturedSegmentsTheRunContinuesAndNotesIt()
    {
        var wire = new WireWatch(); // receives no segments
        using var runner = new ExchangeRunner(
            ScenarioCatalog.Find("refused")!, new ExchangeOptions { Port = 20_207 }, new CallLog(new CallRecorder()), wire);
        runner.Run(CancellationToken.None);
        Assert.Empty(runner.Notes);
        Assert.False(wire.WaitAcknowledged(default, 0, TimeSpan.FromMilliseconds(20), CancellationToken.None));
        Assert.Contains("Timed out after", Assert.Single(runner.Notes));
    }

    [Fact]
    public void TheTwoProgramsAlsoFinishWithoutABaton()
    {
        Requirements.SkipUnlessRoot();
        var wire = new WireWatch();
        var (serverCalls, clientCalls) = (new CallRecorder(), new CallRecorder());
        var options = new ExchangeOptions { Port = 20_208 };
        using var ear = new LoopbackEar(AddressFamily.InterNetwork, 20_208, wire, TimeSpan.FromMilliseconds(100));
        using var listening = new ManualResetEventSlim();
        using var server = new ExchangeRunner(
            ScenarioCatalog.Find("both-close")!, options with { Role = ExchangeRole.Server }, new CallLog(serverCalls), wire)
        { SampleNow = listening.Set };
        using var client = Runner("both-close", options with { Role = ExchangeRole.Client }, clientCalls, wire);
        var serving = new Thread(() => server.Run(CancellationToken.None));
        serving.Start();
        Assert.True(listening.Wait(TimeSpan.FromSeconds(5)));
        client.Run(CancellationToken.None);
        Assert.True(serving.Join(TimeSpan.FromSeconds(5)));
        Assert.EndsWith("s:send=7 s:close=0", serverCalls.Sequence);
        Assert.EndsWith("c:recv=7 c:recv=0 c:close=0", clientCalls.Sequence);
        Assert.Empty(client.Notes);
    }

    [Fact]
    public void AKilledProcessIsGoneAfterwards()
    {
        Requirements.SkipUnlessRoot();
        var calls = new CallRecorder();
        var wire = new WireWatch();
        using var ear = new LoopbackEar(AddressFamily.InterNetwork, 20_209, wire, TimeSpan.FromMilliseconds(100));
        using var runner = Runner("killed", new ExchangeOptions { Port = 20_209 }, calls, wire);
        runner.Run(CancellationToken.None);
        var child = calls.Calls.Last(call => call.Name == "fork").Result!.Value;
        Assert.Equal($"{child}, SIGKILL", calls.Calls.Last(call => call.Name == "kill").Arguments);
        Assert.False(Directory.Exists($"/proc/{child}"));
    }

    [Fact]
    public void HalfOpenSaysThatItNeedsNetAdmin()
    {
        Requirements.SkipUnlessRoot();
        Capability.Without(Capability.NetAdmin, () =>
            Assert.Contains("needs CAP_NET_ADMIN", Refusal("half-open", new ExchangeOptions { Port = 20_210 })));
    }

    [Fact]
    public void AnUnexpectedAnswerIsAnError()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 20_211));
        other.Listen();
        using var runner = Runner("refused", new ExchangeOptions { Port = 20_211 }, new CallRecorder());
        var error = Assert.Throws<ExchangeException>(() => runner.Run(CancellationToken.None));
        Assert.Contains("should have failed with ECONNREFUSED", error.Message);
    }

    [Fact]
    public void AProcessThatHoldsASocketEndsWithTheRun()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 20_212));
        listener.Listen();
        var run = new ExchangeRun(new ExchangeOptions(), new CallLog(new CallRecorder()), new WireWatch(), () => { });
        var socket = run.Keep(LoggedSocket.Open(run.Log, Side.Client, AddressFamily.InterNetwork));
        socket.Connect(new IPEndPoint(IPAddress.Loopback, 20_212));
        using var accepted = listener.Accept();
        var child = run.Keep(socket.MoveToProcess()).ProcessId;
        Assert.True(Directory.Exists($"/proc/{child}"));
        Assert.False(accepted.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead)); // the child holds the connection
        run.EndProcesses();
        Assert.False(Directory.Exists($"/proc/{child}"));
        Assert.True(accepted.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead)); // its FIN
        run.Dispose();
    }

    private static ExchangeRunner Runner(
        string scenario, ExchangeOptions options, CallRecorder calls, WireWatch? wire = null) =>
        new(ScenarioCatalog.Find(scenario)!, options, new CallLog(calls), wire ?? new WireWatch());

    private static string Refusal(string scenario, ExchangeOptions options)
    {
        var calls = new CallRecorder();
        using var runner = Runner(scenario, options, calls);
        var error = Assert.Throws<ExchangeException>(() =>
        {
            runner.Prepare();
            runner.Preflight();
        });
        Assert.Empty(calls.Calls);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }
}
