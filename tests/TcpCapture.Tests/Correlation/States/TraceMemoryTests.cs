using TcpCapture.Correlation;
using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

/// <summary>Whatever the kernel reports, memory is bounded: by what is open, and by a number where nothing captured asks for it.</summary>
public class TraceMemoryTests
{
    private const int Many = 200_000;

    private readonly Correlator _correlator = new(new Played());
    private long _time = Script.Start;
    private long _frames;

    [Fact]
    public void TracedConnectionsThatAreOverAreLetGo()
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
            mostReports = Math.Max(mostReports, correlator.HeldReports);
        }

        Assert.InRange(most, 1, Many); // those of the five seconds after the end
        Assert.InRange(mostReports, 1, KernelEventCorrelator.MostHeld);
        correlator.Finish();
        Assert.Equal((0, 0), (correlator.Connections, correlator.HeldReports));
    }

    [Fact]
    public void ReportsThatNoSegmentAsksForAreLetGoWithoutOne()
    {
        for (uint number = 0; number < KernelEventCorrelator.MostHeld + Many; number++)
            Report(_correlator, new FourTuple(Client(number), Script.ServerAddress), TcpState.SynSent, TcpState.Established, number + 1);

        Assert.Equal(KernelEventCorrelator.MostHeld, _correlator.HeldReports);
        _correlator.Finish();
        Assert.Equal((0, 0), (_correlator.HeldReports, _correlator.Events));
    }

    [Fact]
    public void ConnectsThatNeverGetAPortAreLetGo()
    {
        for (uint number = 0; number < Many; number++)
            Report(_correlator, new FourTuple(Client(number).WithPort(0), Script.ServerAddress), TcpState.Closed, TcpState.SynSent, number + 1);

        Assert.InRange(_correlator.HeldReports, 1, 10_000);
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

        Assert.Equal(0, _correlator.HeldReports);
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
