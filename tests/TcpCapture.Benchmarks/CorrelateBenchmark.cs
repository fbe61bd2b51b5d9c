using TcpCapture.Correlation;

namespace TcpCapture.Benchmarks;

/// <summary>The correlator alone: decoded segments in, a timeline out, without export.</summary>
internal sealed class CorrelateBenchmark : IBenchmark
{
    private const int Connections = 1000;

    public string Name => "correlate";
    public string? Obstacle => null;

    public IEnumerable<Row> Run()
    {
        yield return Correlate(
            $"{Connections} connections of {SyntheticTraffic.SegmentsPerConnection} segments",
            SyntheticTraffic.OfConnections(Connections), Connections, 8L * Connections);
        yield return Correlate(
            "one long connection", SyntheticTraffic.OfOneConnection(Connections * SyntheticTraffic.SegmentsPerConnection), 1, 4);
    }

    private static Row Correlate(string what, SyntheticTraffic traffic, int connections, long leastStates)
    {
        var segments = traffic.Segments.ToArray();
        var (time, bytes) = Stopper.Measure(segments.Length, () =>
        {
            var sink = new CountingSink();
            var correlator = new Correlator(sink);
            for (var i = 0; i < segments.Length; i++) correlator.OnSegment(segments[i], i + 1, default);
            correlator.Finish();
            if (sink.Segments != segments.Length || sink.Connections != connections || sink.States < leastStates)
                throw new InvalidOperationException($"{what}: the timeline is wrong.");
        });
        return new Row(what, "segment", time, bytes);
    }
}
