using TcpCapture.Model;
using TcpCapture.PeerTools.Tcptrace;
using TcpCapture.PeerTools.Zeek;

namespace TcpCapture.Benchmarks;

/// <summary>The cost of a peer tool's state per segment: whole connections, a long one, and an unanswered SYN.</summary>
/// <param name="name">The name.</param>
/// <param name="begin">Creates the state of one connection.</param>
internal sealed class PeerStateBenchmark(string name, Func<PeerStateBenchmark.IFollower> begin) : IBenchmark
{
    private const int Connections = 1000;

    /// <summary>The state of one connection.</summary>
    internal interface IFollower
    {
        void Add(Side side, in Segment segment);

        /// <summary>A result of the state, so that nothing is optimised away.</summary>
        long Result();
    }

    public string Name => name;
    public string? Obstacle => null;

    public IEnumerable<Row> Run()
    {
        yield return Follow(
            $"{Connections} connections of {SyntheticTraffic.SegmentsPerConnection} segments",
            SyntheticTraffic.OfConnections(Connections), SyntheticTraffic.SegmentsPerConnection);
        var segments = Connections * SyntheticTraffic.SegmentsPerConnection;
        yield return Follow("one long connection", SyntheticTraffic.OfOneConnection(segments), segments);
        var syn = SyntheticTraffic.OfOneConnection(4).Segments[0];
        var (time, bytes) = Stopper.Measure(Connections, () =>
        {
            for (var i = 0; i < Connections; i++) begin().Add(Side.Client, syn);
        });
        yield return new Row("a SYN alone", "connection", time, bytes);
    }

    private Row Follow(string what, SyntheticTraffic traffic, int each)
    {
        var segments = traffic.Segments.ToArray();
        var sides = segments.Select(s => s.Destination == SyntheticTraffic.ServerAddress ? Side.Client : Side.Server).ToArray();
        var (time, bytes) = Stopper.Measure(segments.Length, () =>
        {
            long result = 0;
            IFollower? follower = null;
            for (var i = 0; i < segments.Length; i++)
            {
                if (i % each == 0)
                {
                    result += follower?.Result() ?? 1;
                    follower = begin();
                }

                follower!.Add(sides[i], segments[i]);
            }

            if (result == 0) throw new InvalidOperationException($"{what}: nothing was followed.");
        });
        return new Row(what, "segment", time, bytes);
    }

    /// <summary>Zeek's history.</summary>
    internal sealed class History : IFollower
    {
        private readonly ZeekHistory _zeek = new();

        public void Add(Side side, in Segment segment) => _zeek.Add(side, segment, isWhole: true);
        public long Result() => (long)_zeek.ConnState();
    }

    /// <summary>tcptrace's round-trip times.</summary>
    internal sealed class Times : IFollower
    {
        private RoundTripPair _trips = new();

        public void Add(Side side, in Segment segment) => _trips.Add(side, segment);
        public long Result() => _trips[Side.Client]?.Samples.Count ?? 0;
    }
}
