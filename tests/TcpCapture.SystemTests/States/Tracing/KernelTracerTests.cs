using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States.Tracing;

[SupportedOSPlatform("linux")]
[Collection("kernel trace")]
public class KernelTracerTests
{
    private const string NeedsRoot = "needs root, which alone can read the kernel's trace";

    [Fact]
    public void TransitionsEqualTheKernelsTextOutput()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var listener = Bound(IPAddress.Loopback, out var port);
        using var reader = new TextTrace(port);
        var sink = new LiveSink();
        using var tracer = KernelTracer.Open(new TraceFilter([port]));
        tracer.Start(sink);
        listener.Listen();
        for (var i = 0; i < 20; i++) Exchange(listener, port);
        listener.Dispose();
        tracer.Stop();

        var statistics = tracer.Statistics;
        AssertSame(reader.Read(), sink, statistics);
        Assert.Equal((null, 0, 0), (statistics.Failure, statistics.Lost, statistics.Unreadable));
        Assert.InRange(statistics.Clock.BoundNanoseconds, 1, 1_000_000);
        Assert.InRange(statistics.ClockAtEnd!.Value.Nanoseconds - statistics.Clock.Nanoseconds, -1_000_000, 1_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine(statistics.ToString());
    }

    [Fact]
    public void TwoThousandConnectionsAreTracedCompletely()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        const int connections = 2000;
        using var listener = Bound(IPAddress.Loopback, out var port);
        listener.Listen(512);
        using var reader = new TextTrace(port);
        var sink = new LiveSink();
        using var tracer = KernelTracer.Open(new TraceFilter([port]));
        tracer.Start(sink);
        Parallel.For(0, connections, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ => Exchange(listener, port));
        tracer.Stop();

        var statistics = tracer.Statistics;
        var text = reader.Read();
        AssertSame(text, sink, statistics);
        Assert.Equal(0, statistics.Lost);
        Assert.Equal(0, statistics.Unreadable);
        var clients = sink.Traces.Where(trace => trace.Kind == KernelEventKind.StateChange && trace.Remote.Port == port
            && trace.OldState == TcpState.SynSent && trace.NewState == TcpState.Established);
        Assert.Equal(connections, clients.Count());
        TestContext.Current.TestOutputHelper?.WriteLine($"{statistics}; {text.Count} transitions");
        TestContext.Current.TestOutputHelper?.WriteLine($"CPU per event: {statistics.CpuNanoseconds / statistics.Events} ns");
    }

    [Fact]
    public void EventsAreInOrderOfTimeAndHaveTheirSockets()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var listener = Bound(IPAddress.Loopback, out var port);
        listener.Listen();
        var sink = new LiveSink();
        using var tracer = KernelTracer.Open(new TraceFilter([port]));
        tracer.Start(sink);
        var begin = Timestamp.Now;
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            client.Connect(IPAddress.Loopback, port);
            using var server = listener.Accept();
            client.LingerState = new LingerOption(true, 0);
            client.Close(); // the client closes first: its RST ends both
        }

        var end = Timestamp.Now;
        tracer.Stop();
        var traces = sink.Traces.ToArray();
        foreach (var trace in traces) TestContext.Current.TestOutputHelper?.WriteLine(trace.ToString());
        Assert.Equal(Enumerable.Range(1, traces.Length).Select(n => (long)n), traces.Select(trace => trace.Ordinal));
        for (var i = 1; i < traces.Length; i++) Assert.True(traces[i - 1].Time <= traces[i].Time);
        var slack = tracer.Statistics.Clock.BoundNanoseconds + 1000; // the clock of .NET has a precision of 100 ns
        Assert.All(traces, trace => Assert.InRange(trace.Time.Nanoseconds, begin.Nanoseconds - slack, end.Nanoseconds + slack));

        var reset = Assert.Single(traces, trace => trace.Kind == KernelEventKind.SendReset);
        Assert.Equal(port, reset.Remote.Port);
        Assert.NotEmpty(reset.Reason!);
        Assert.Equal(0ul, reset.SegmentAddress);
        var received = Assert.Single(traces, trace => trace.Kind == KernelEventKind.ReceiveReset);
        Assert.Equal(reset.FourTuple.Reverse(), received.FourTuple);
        var opened = traces.First(trace => trace.NewState == TcpState.SynSent);
        Assert.Equal((0, port), (opened.Local.Port, opened.Remote.Port));
        Assert.Equal(Environment.ProcessId, opened.ProcessId);
        Assert.Equal(opened.SocketAddress, traces.First(trace => trace.OldState == TcpState.SynSent).SocketAddress);
        Assert.Equal(reset.SocketAddress, opened.SocketAddress);
        Assert.Contains(traces, trace => trace is { Kind: KernelEventKind.SocketError, Errno: 104 });
    }

    [Fact]
    public void ResetsOfOtherPortsAreDropped()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var bound = Bound(IPAddress.Loopback, out var port);
        var sink = new LiveSink();
        using var tracer = KernelTracer.Open(new TraceFilter([(ushort)(port ^ 1)]));
        tracer.Start(sink);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => client.Connect(IPAddress.Loopback, port));
        tracer.Stop();
        Assert.Empty(sink.Traces);
    }

    [Fact]
    public void AResetWithoutASocketHasItsReasonAndAddress()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var bound = Bound(IPAddress.IPv6Loopback, out var port);
        var sink = new LiveSink();
        using var tracer = KernelTracer.Open(new TraceFilter([port]));
        tracer.Start(sink);
        using var client = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => client.Connect(IPAddress.IPv6Loopback, port));
        tracer.Stop();
        foreach (var trace in sink.Traces) TestContext.Current.TestOutputHelper?.WriteLine(trace.ToString());
        var reset = Assert.Single(sink.Traces, trace => trace.Kind == KernelEventKind.SendReset);
        Assert.Equal(Endpoint.From(IPAddress.IPv6Loopback, port), reset.Local);
        Assert.NotEqual(0ul, reset.SegmentAddress);
        Assert.Equal("NO_SOCKET", reset.Reason);
    }

    /// <summary>If the sink fails, the trace ends with the reason, reports a gap and removes its instance.</summary>
    [Fact]
    public void AFailedTraceReportsItsReasonAndAGap()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var listener = Bound(IPAddress.Loopback, out var port);
        listener.Listen();
        var sink = new FailingSink(after: 5);
        using var tracer = KernelTracer.Open(new TraceFilter([port]));
        tracer.Start(sink);
        Exchange(listener, port);
        Assert.True(SpinWait.SpinUntil(() => tracer.Statistics.Failure is not null, TimeSpan.FromSeconds(10)));
        Assert.True(sink.SawGap.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Exchange(listener, port);
        tracer.Stop();
        Assert.Equal("the kernel's trace ended early (no more of this)", tracer.Statistics.Failure);
        Assert.Null(tracer.Statistics.ClockAtEnd);
    }

    /// <summary>Bound but not listening, so that the port is reserved and the change to LISTEN is traced.</summary>
    private static Socket Bound(IPAddress address, out ushort port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        port = (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static void Exchange(Socket listener, int port)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, port);
        using var server = listener.Accept();
        client.Shutdown(SocketShutdown.Send);
        server.Receive(new byte[1]);
    }

    private static void AssertSame(List<TextTransition> text, LiveSink sink, TraceStatistics statistics)
    {
        var own = sink.Traces.Where(trace => trace.Kind == KernelEventKind.StateChange)
            .Select(trace => TextTransition.From(trace, statistics.Clock.Nanoseconds)).ToList();
        Assert.NotEmpty(text);
        Assert.Equal(text.Count, own.Count);
        // The readers have different stamps, so both are sorted by transition, then by time.
        var pairs = Sorted(text).Zip(Sorted(own));
        long furthest = 0;
        foreach (var (theirs, ours) in pairs)
        {
            Assert.Equal(theirs with { Microseconds = 0 }, ours with { Microseconds = 0 });
            furthest = Math.Max(furthest, Math.Abs(theirs.Microseconds - ours.Microseconds));
        }

        // The two readers stamp an event one after the other, and an interrupt can separate the stamps: few may differ by more.
        // TraceDecoderTests checks the decoding of stamps exactly, against text output of the same buffer.
        var differing = Sorted(text).Zip(Sorted(own)).Count(pair => Math.Abs(pair.First.Microseconds - pair.Second.Microseconds) > 1);
        Assert.InRange(differing, 0, text.Count / 20);
        TestContext.Current.TestOutputHelper?.WriteLine($"{own.Count} transitions, the furthest apart {furthest} µs");
    }

    private static IOrderedEnumerable<TextTransition> Sorted(IEnumerable<TextTransition> transitions) => transitions
        .OrderBy(t => t.SourcePort).ThenBy(t => t.DestinationPort).ThenBy(t => t.Old).ThenBy(t => t.New).ThenBy(t => t.Microseconds);

    private sealed class FailingSink(int after) : IObservationSink
    {
        private int _events;

        public ManualResetEventSlim SawGap { get; } = new();

        public void OnFrame(in Frame frame)
        {
        }

        public void OnCall(SocketCall call)
        {
        }

        public void OnSample(SocketSample sample)
        {
        }

        public void OnOwner(SocketOwner owner)
        {
        }

        public void OnTrace(KernelEvent trace)
        {
            if (++_events == after) throw new IOException("no more of this.");
            if (trace.Kind == KernelEventKind.Gap) SawGap.Set();
        }
    }
}
