using TcpCapture.Correlation;
using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

/// <summary>Memory for kernel events is bounded by open connections, and by a limit if no captured segment matches them.</summary>
public class TraceMemoryTests
{
    private const int Many = 200_000;

    private readonly Correlator _correlator = new(new Played());
    private long _time = Script.Start;
    private long _frames;

    [Fact]
    public void TracedConnectionsAreDroppedAfterTheirEnd()
    {
        var correlator = new Correlator(new NoTimeline());
        var (most, mostReports) = (0, 0);
        for (uint number = 0; number < Many; number++)
        {
            var client = Client(number);
            var (key, reverse) = (new FourTuple(client, Script.ServerAddress), new FourTuple(Script.ServerAddress, client));
            Report(correlator, new FourTuple(client.WithPort(0), Script.ServerAddress), TcpState.Closed, TcpState.SynSent, 2 * number + 1);
            Send(correlator, key, TcpFlags.Syn, 100, 0);
            Send(correlator, reverse, TcpFlags.Syn | TcpFlags.Ack, 300, 101);
            Report(correlator, key, TcpState.SynSent, TcpState.Established, 2 * number + 1);
            Send(correlator, key, TcpFlags.Ack, 101, 301);
            Report(correlator, reverse, TcpState.Listen, TcpState.SynRecv, 2 * number + 2);
            Report(correlator, reverse, TcpState.SynRecv, TcpState.Established, 2 * number + 2);
            Report(correlator, key, TcpState.Established, TcpState.Closed, 2 * number + 1);
            Send(correlator, key, TcpFlags.Rst | TcpFlags.Ack, 101, 301);
            Report(correlator, reverse, TcpState.Established, TcpState.Closed, 2 * number + 2);
            most = Math.Max(most, correlator.Connections);
            mostReports = Math.Max(mostReports, correlator.PendingEvents);
        }

        Assert.InRange(most, 1, Many); // ended connections stay for five seconds
        Assert.InRange(mostReports, 1, KernelEventCorrelator.MaxPending);
        correlator.Finish();
        Assert.Equal((0, 0), (correlator.Connections, correlator.PendingEvents));
    }

    [Fact]
    public void KernelEventsWithoutASegmentAreDropped()
    {
        for (uint number = 0; number < KernelEventCorrelator.MaxPending + Many; number++)
            Report(_correlator, new FourTuple(Client(number), Script.ServerAddress), TcpState.SynSent, TcpState.Established, number + 1);

        Assert.Equal(KernelEventCorrelator.MaxPending, _correlator.PendingEvents);
        _correlator.Finish();
        Assert.Equal((0, 0), (_correlator.PendingEvents, _correlator.Events));
    }

    [Fact]
    public void ConnectsThatNeverGetAPortAreDropped()
    {
        for (uint number = 0; number < Many; number++)
            Report(_correlator, new FourTuple(Client(number).WithPort(0), Script.ServerAddress), TcpState.Closed, TcpState.SynSent, number + 1);

        Assert.InRange(_correlator.PendingEvents, 1, 10_000);
    }

    [Fact]
    public void ConnectsThatFailWithoutAPortLeaveNothing()
    {
        for (uint number = 0; number < 1000; number++)
        {
            var key = new FourTuple(Client(number).WithPort(0), Script.ServerAddress);
            Report(_correlator, key, TcpState.Closed, TcpState.SynSent, number + 1);
            Report(_correlator, key, TcpState.SynSent, TcpState.Closed, number + 1);
        }

        Assert.Equal(0, _correlator.PendingEvents);
    }

    private static Endpoint Client(uint number) =>
        Endpoint.FromBytes([10, 1, (byte)(number >> 16), (byte)(number >> 8)], (ushort)(1024 + (number & 0xFF)));

    private void Report(Correlator correlator, FourTuple end, TcpState from, TcpState to, ulong socket) => correlator.OnTrace(new KernelEvent
    {
        Time = new Timestamp(_time += 1000),
        Kind = KernelEventKind.StateChange,
        Local = end.Local,
        Remote = end.Remote,
        OldState = from,
        NewState = to,
        SocketAddress = socket,
    });

    private void Send(Correlator correlator, FourTuple way, TcpFlags flags, uint seq, uint ack) => correlator.OnSegment(
        new Segment { Time = new Timestamp(_time += 1000), Source = way.Local, Destination = way.Remote, Flags = flags, Seq = seq, Ack = ack },
        ++_frames, default);

    private sealed class NoTimeline : ITimelineSink;
}
