using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation;

public class MemoryTests
{
    private static readonly Endpoint Server = Endpoint.FromBytes([10, 0, 0, 2], 80);

    private readonly Counting _sink = new();
    private long _time = Script.Start;

    /// <summary>Without samples only time ends a TIME_WAIT.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void ConnectionsAreDroppedAfterTheirEnd(int microsecondsBetween)
    {
        var correlator = new Correlator(_sink);
        var most = 0;
        for (uint number = 0; number < 200_000; number++)
        {
            var client = Endpoint.FromBytes([10, 1, (byte)(number >> 16), (byte)(number >> 8)], (ushort)(1024 + (number & 0xFF)));
            Exchange(correlator, client);
            _time += microsecondsBetween * 1000;
            most = Math.Max(most, correlator.Connections);
        }

        Assert.InRange(most, 1, 10_000);
        correlator.Finish();
        Assert.Equal(200_000, _sink.Ended);
        Assert.Equal(0, correlator.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AMillionSegmentsOnOneConnectionTakeNoMemory(bool acknowledged)
    {
        var correlator = new Correlator(_sink);
        var client = Endpoint.FromBytes([10, 0, 0, 1], 40000);
        uint seq = 100;
        for (var number = 0; number < 10_000; number++) Data();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 500_000; number++) Data();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);

        void Data()
        {
            Send(correlator, client, Server, TcpFlags.Psh | TcpFlags.Ack, seq, 300, 1448);
            seq += 1448;
            Send(correlator, Server, client, TcpFlags.Ack, 300, acknowledged ? seq : 100, 0);
        }
    }

    private void Exchange(Correlator correlator, Endpoint client)
    {
        Send(correlator, client, Server, TcpFlags.Syn, 100, 0, 0);
        Send(correlator, Server, client, TcpFlags.Syn | TcpFlags.Ack, 300, 101, 0);
        Send(correlator, client, Server, TcpFlags.Ack, 101, 301, 0);
        Send(correlator, client, Server, TcpFlags.Fin | TcpFlags.Ack, 101, 301, 0);
        Send(correlator, Server, client, TcpFlags.Fin | TcpFlags.Ack, 301, 102, 0);
        Send(correlator, client, Server, TcpFlags.Ack, 102, 302, 0);
    }

    private void Send(Correlator correlator, Endpoint from, Endpoint to, TcpFlags flags, uint seq, uint ack, int length) =>
        correlator.OnSegment(
            new Segment { Time = new Timestamp(_time += 1000), Source = from, Destination = to, Flags = flags, Seq = seq, Ack = ack, Length = length },
            ++_sink.Frames, default);

    private sealed class Counting : ITimelineSink
    {
        public long Frames { get; set; }

        public int Ended { get; private set; }

        public void OnConnectionEnded(Connection connection) => Ended++;
    }
}
