using TcpCapture.Model;
using TcpCapture.PeerTools.Wireshark;

namespace TcpCapture.Benchmarks;

/// <summary>Wireshark's marks alone, without the look-up of the connection.</summary>
internal sealed class MarksBenchmark : IBenchmark
{
    private const int Segments = 30_000;
    private const int Flows = 100_000;

    public string Name => "marks";
    public string? Obstacle => null;

    public IEnumerable<Row> Run()
    {
        yield return Mark("data in order, an ACK for every second segment", loseEvery: 0);
        yield return Mark("the same, 1 of 50 lost: duplicate ACKs, retransmissions", loseEvery: 50);
        yield return Half();
    }

    private static Row Mark(string what, int loseEvery)
    {
        var segments = Transfer(loseEvery);
        long marked = 0;
        var (time, bytes) = Stopper.Measure(segments.Length, () =>
        {
            var flow = new WiresharkFlow();
            long count = 0;
            foreach (ref readonly var one in segments.AsSpan())
                if (flow.Add(one.Side, one.Segment) != SegmentMarks.None) count++;
            marked = count;
        });
        if (marked > 0 != loseEvery > 0) throw new InvalidOperationException($"{what}: the marks are wrong.");
        return new Row(what, "segment", time, bytes, $"{marked} of {segments.Length} marked");
    }

    /// <summary>The cost of a flow with a SYN only.</summary>
    private static Row Half()
    {
        var syn = new Segment { Flags = TcpFlags.Syn, Window = 512 };
        var flows = new WiresharkFlow[Flows];
        var (time, bytes) = Stopper.Measure(Flows, () =>
        {
            for (var i = 0; i < flows.Length; i++) (flows[i] = new WiresharkFlow()).Add(Side.Client, syn);
        });
        return new Row("a flow of one SYN", "flow", time, bytes);
    }

    private static (Side Side, Segment Segment)[] Transfer(int loseEvery)
    {
        var segments = new List<(Side Side, Segment Segment)>(Segments);
        var (seq, lost, duplicates) = (1000u, 0u, 0);
        for (var i = 0; segments.Count < Segments - 4; i++)
        {
            var isLost = loseEvery > 0 && i % loseEvery == loseEvery - 1;
            if (isLost) lost = seq;
            Add(Side.Client, TcpFlags.Ack, seq, 5000, 1448);
            seq += 1448;
            if (lost != 0 && !isLost && ++duplicates <= 4) Add(Side.Server, TcpFlags.Ack, 5000, lost, 0);
            if (duplicates == 4) Add(Side.Client, TcpFlags.Ack, lost, 5000, 1448);
            if (duplicates >= 4) (lost, duplicates) = (0, 0);
            if (lost == 0 && i % 2 == 1) Add(Side.Server, TcpFlags.Ack, 5000, seq, 0);
        }

        return [.. segments];

        void Add(Side side, TcpFlags flags, uint number, uint ack, int length) => segments.Add((side, new Segment
        {
            Time = new Timestamp(1_700_000_000_000_000_000 + segments.Count * 1000L),
            Flags = flags,
            Seq = number,
            Ack = ack,
            Length = length,
            Window = 512,
        }));
    }
}
