using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TcpCapture.Live.Capture;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Capture;

public class LiveCaptureTests
{
    private const TcpFlags Syn = TcpFlags.Syn;
    private const TcpFlags Fin = TcpFlags.Fin;

    public LiveCaptureTests() => CapturePrivilege.Require();

    [Theory]
    [InlineData("lo", "127.0.0.1", false)]
    [InlineData("lo", "127.0.0.1", true)]
    [InlineData("lo", "::1", false)]
    [InlineData("any", "127.0.0.1", false)]
    [InlineData("any", "::1", true)]
    public void EveryFrameFromTheFirstSynToTheLastAckIsCapturedInTwentyRuns(string device, string address, bool immediate)
    {
        for (var run = 0; run < 20; run++)
        {
            using var listener = Listen(IPAddress.Parse(address));
            var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            var sink = new SegmentSink();
            using var capture = LiveCapture.Open(
                new LiveCaptureOptions { Interface = device, Filter = $"tcp port {port}", Immediate = immediate }, sink);
            ConnectAndClose(listener);
            capture.Stop();

            Assert.Null(capture.Failure);
            var flags = string.Join(' ', sink.Segments.Select(segment => segment.Flags.ToTcpdump()));
            Assert.True(sink.Segments.Count(segment => segment.Has(Syn)) == 2, $"run {run}: {flags}");
            Assert.True(sink.Segments.Count(segment => segment.Has(Fin)) == 2, $"run {run}: {flags}");
            Assert.Equal(Syn, sink.Segments[0].Flags);
            Assert.Equal(TcpFlags.Ack, sink.Segments[^1].Flags);
            Assert.Equal(0, sink.NotSegments);
            Assert.Equal(new CaptureStatistics(sink.Segments.Count, 0, 0), capture.Statistics);
            Assert.Contains(capture.LinkType, device == "any" ? new[] { 113, 276 } : [1]);
        }
    }

    [Fact]
    public async Task StopAndDisposeMayBeRepeatedOnSeveralThreads()
    {
        CapturePrivilege.Require();
        var capture = LiveCapture.Open(new LiveCaptureOptions { Interface = "lo", Filter = "tcp port 1" }, new SegmentSink());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(i % 2 == 0 ? capture.Stop : capture.Dispose)));
        capture.Stop();
        capture.Dispose();
        Assert.Null(capture.Failure);
        Assert.NotNull(capture.Statistics.DroppedByKernel);
    }

    [Fact]
    public void TimesAreWallClockTimesFinerThanAMicrosecond()
    {
        using var listener = Listen(IPAddress.Loopback);
        var sink = new SegmentSink();
        using var capture = LiveCapture.Open(Options(listener), sink);
        var before = Timestamp.Now;
        for (var i = 0; i < 5; i++) ConnectAndClose(listener);
        var after = Timestamp.Now.Add(TimeSpan.FromMilliseconds(1));
        capture.Stop();

        Assert.All(sink.Segments, segment => Assert.True(segment.Time >= before && segment.Time <= after));
        Assert.Contains(sink.Segments, segment => segment.Time.Nanoseconds % 1000 != 0);
        Assert.Equal(sink.Segments.Select(segment => segment.Time).Order(), sink.Segments.Select(segment => segment.Time));
    }

    [Fact]
    public void StopIsPromptAndMayBeRepeated()
    {
        using var listener = Listen(IPAddress.Loopback);
        using var capture = LiveCapture.Open(Options(listener), new SegmentSink());
        var clock = Stopwatch.StartNew();
        capture.Stop();
        capture.Stop();
        Assert.InRange(clock.ElapsedMilliseconds, 0, 500);
        capture.Dispose();
        Assert.Equal(0, capture.Statistics.Received);
    }

    [Fact]
    public void StopReturnsOnALinkThatIsNeverIdle()
    {
        PrivateNetwork.Run(() =>
        {
            using var ended = new ManualResetEventSlim();
            var flood = new Thread(() => Flood(9, () => !ended.IsSet));
            using var capture = LiveCapture.Open(new LiveCaptureOptions { Interface = "lo" }, new SegmentSink());
            flood.Start();
            Assert.True(SpinWait.SpinUntil(() => capture.Statistics.Received > 1000, 10_000));
            var clock = Stopwatch.StartNew();
            capture.Stop();
            var took = clock.ElapsedMilliseconds;
            ended.Set();
            flood.Join();
            Assert.InRange(took, 0, 5000);
            Assert.Null(capture.Failure);
        });
    }

    [Fact]
    public void OnABusyLinkOnlyFramesThatPassTheFilterAreDelivered()
    {
        PrivateNetwork.Run(() =>
        {
            using var ended = new ManualResetEventSlim();
            using var flooding = new ManualResetEventSlim();
            var flood = new Thread(() => Flood(9, () =>
            {
                flooding.Set();
                return !ended.IsSet;
            }));
            flood.Start();
            flooding.Wait();
            try
            {
                for (var run = 0; run < 10; run++)
                {
                    using var listener = Listen(IPAddress.Loopback);
                    var sink = new SegmentSink();
                    using var capture = LiveCapture.Open(Options(listener), sink);
                    ConnectAndClose(listener);
                    capture.Stop();
                    Assert.Equal(0, sink.NotSegments);
                    Assert.Equal(2, sink.Segments.Count(segment => segment.Has(Syn)));
                    Assert.Equal(2, sink.Segments.Count(segment => segment.Has(Fin)));
                }
            }
            finally
            {
                ended.Set();
                flood.Join();
            }
        });
    }

    [Fact]
    public void DroppedAndReceivedFramesAddUpToTheFramesSent()
    {
        PrivateNetwork.Run(() =>
        {
            const int Sent = 100_000;
            using var first = new ManualResetEventSlim();
            using var released = new ManualResetEventSlim();
            var sink = new SegmentSink(() =>
            {
                first.Set();
                released.Wait();
            });
            var options = new LiveCaptureOptions { Interface = "lo", Filter = "udp dst port 9", BufferBytes = 1 << 20 };
            using var capture = LiveCapture.Open(options, sink);
            var sent = 0;
            Flood(9, () => sent++ < Sent);
            Assert.True(first.Wait(10_000));
            released.Set();
            capture.Stop();

            var statistics = capture.Statistics;
            Assert.True(statistics.DroppedByKernel > Sent / 2, $"{statistics}");
            Assert.Equal(Sent, statistics.Received + statistics.DroppedByKernel);
            Assert.Equal(statistics.Received, sink.NotSegments);
        });
    }

    [Fact]
    public void AnExceptionInTheSinkEndsTheCaptureAndIsReported()
    {
        using var listener = Listen(IPAddress.Loopback);
        using var capture = LiveCapture.Open(Options(listener), new SegmentSink(() => throw new IOException("No room.")));
        ConnectAndClose(listener);
        Assert.True(SpinWait.SpinUntil(() => capture.Failure is not null, 10_000));
        capture.Stop();
        Assert.Equal("The capture on lo ended early: No room.", capture.Failure);
        Assert.Equal(1, capture.Statistics.Received);
    }

    [Theory]
    [InlineData("link set veth-a down", "went down")]
    [InlineData("link delete veth-a", "disappeared")]
    public void ALostInterfaceEndsTheCaptureAndIsReported(string command, string expected)
    {
        PrivateNetwork.Run(() =>
        {
            PrivateNetwork.Ip("link add veth-a type veth peer name veth-b");
            PrivateNetwork.Ip("link set veth-a up");
            PrivateNetwork.Ip("link set veth-b up");
            using var capture = LiveCapture.Open(new LiveCaptureOptions { Interface = "veth-a" }, new SegmentSink());
            PrivateNetwork.Ip(command);
            Assert.True(SpinWait.SpinUntil(() => capture.Failure is not null, 10_000), "no failure");
            Assert.Equal($"The capture on veth-a ended early: the interface {expected}.", capture.Failure);
            capture.Stop();
        });
    }

    [Fact]
    public void FramesFromBeforeTheInterfaceWentDownAreDelivered()
    {
        PrivateNetwork.Run(() =>
        {
            const int Sent = 100;
            PrivateNetwork.Ip("link add veth-a type veth peer name veth-b");
            PrivateNetwork.Ip("address add 10.9.0.1/24 dev veth-a");
            PrivateNetwork.Ip("link set veth-a up");
            PrivateNetwork.Ip("link set veth-b up");
            PrivateNetwork.Ip("neighbour replace 10.9.0.2 lladdr 02:00:00:00:00:01 dev veth-a");
            using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            sender.Connect("10.9.0.2", 9);

            // The long read timeout keeps the frames in a block that is still open when the interface goes down.
            using var capture = LiveCapture.Open(
                new LiveCaptureOptions { Interface = "veth-a", Filter = "udp port 9", ReadTimeoutMilliseconds = 500 },
                new SegmentSink());
            for (var i = 0; i < Sent; i++) sender.Send("frame"u8);
            PrivateNetwork.Ip("link set veth-a down");
            Assert.True(SpinWait.SpinUntil(() => capture.Failure is not null, 10_000), "no failure");
            Assert.Equal(Sent, capture.Statistics.Received);
        });
    }

    [Fact]
    public void AFrameCostsNoAllocation()
    {
        PrivateNetwork.Run(() =>
        {
            const int Sent = 10_000;
            var sink = new AllocationSink();
            using var capture = LiveCapture.Open(new LiveCaptureOptions { Interface = "lo", Filter = "udp dst port 9" }, sink);
            var sent = 0;
            Flood(9, () => sent++ < Sent);
            capture.Stop();
            Assert.Equal(Sent, sink.Frames);
            Assert.InRange(sink.AllocatedSinceFirst, 0, Sent / 10);
        });
    }

    private static LiveCaptureOptions Options(Socket listener) => new()
    {
        Interface = "lo",
        Filter = $"tcp port {((IPEndPoint)listener.LocalEndPoint!).Port}",
    };

    private static Socket Listen(IPAddress address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(5);
        return listener;
    }

    private static void ConnectAndClose(Socket listener)
    {
        using var client = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using var server = listener.Accept();
        client.Send("hello"u8);
        client.Shutdown(SocketShutdown.Send);
        var buffer = new byte[16];
        while (server.Receive(buffer) > 0)
        {
        }

        server.Shutdown(SocketShutdown.Send);
        while (client.Receive(buffer) > 0)
        {
        }
    }

    private static void Flood(int port, Func<bool> proceed)
    {
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, port));
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Connect(IPAddress.Loopback, port);
        var payload = new byte[100];
        while (proceed()) sender.Send(payload);
    }

    /// <summary>Measures what the capture thread allocates between its first frame and its last.</summary>
    private sealed class AllocationSink : IObservationSink
    {
        private long _atFirst = -1;

        public int Frames { get; private set; }

        public long AllocatedSinceFirst { get; private set; }

        public void OnFrame(in Frame frame)
        {
            Frames++;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            if (_atFirst < 0) _atFirst = allocated;
            AllocatedSinceFirst = allocated - _atFirst;
        }

        public void OnCall(SocketCall call) => Frames = -1;

        public void OnSample(SocketSample sample) => Frames = -1;

        public void OnOwner(SocketOwner owner) => Frames = -1;

        public void OnTrace(KernelEvent trace) => Frames = -1;
    }
}
