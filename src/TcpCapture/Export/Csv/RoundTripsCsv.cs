using System.Text;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.PeerTools.Tcptrace;

namespace TcpCapture.Export.Csv;

/// <summary>Writes <c>round-trips.csv</c>: a row per connection and direction with acknowledged data.</summary>
// Round-trip times as tcptrace takes them: from the capture point to the peer of "side" and back, in milliseconds; empty
// without a sample. samples to stdev_ms: segments sent once and acknowledged exactly. handshake_ms: the SYN or SYN-ACK.
// full_size_…: only segments of the largest size. ambiguous…: retransmitted segments, measured from the last transmission.
// after_loss: acknowledged late because an earlier segment was lost. cumulative: acknowledged together with a later segment.
internal sealed class RoundTripsCsv : IConnectionSink
{
    public const string Columns = "connection,side,samples,min_ms,avg_ms,max_ms,stdev_ms,handshake_ms,"
        + "full_size_bytes,full_size_samples,full_size_min_ms,full_size_avg_ms,full_size_max_ms,"
        + "ambiguous,ambiguous_avg_ms,after_loss,cumulative,duplicate_acks,triple_duplicate_acks";

    private const int Milliseconds = 6; // decimals

    private readonly PlainRows _rows;

    public RoundTripsCsv(Stream stream)
    {
        _rows = new PlainRows(stream);
        _rows.Add(Encoding.ASCII.GetBytes(Columns)).End();
    }

    public void OnConnectionEnded(Connection connection)
    {
        Write(connection, Side.Client);
        Write(connection, Side.Server);
    }

    public void OnCompleted(in TimelineEnd end) => _rows.Flush();

    private void Write(Connection connection, Side side)
    {
        if (!connection.HasTimes || connection.PeerState.RoundTripsOf(side) is not { } trips || !HasAny(trips)) return;
        _rows.Add(connection.Number).Add(side == Side.Client ? "client"u8 : "server"u8);
        Add(trips.Samples).AddScaled(Rounded(trips.Samples.Deviation), Milliseconds).AddScaled(trips.Handshake, Milliseconds);
        if (trips.LargestSegment == 0) _rows.AddEmpty();
        else _rows.Add(trips.LargestSegment);
        Add(trips.FullSize).Add(trips.Ambiguous.Count).AddScaled(Average(trips.Ambiguous), Milliseconds)
            .Add(trips.AfterLoss).Add(trips.Cumulative).Add(trips.Duplicates).Add(trips.TripleDuplicates).End();
    }

    private PlainRows Add(in RoundTripSamples samples)
    {
        var isAny = samples.Count > 0;
        return _rows.Add(samples.Count).AddScaled(isAny ? samples.Min : null, Milliseconds)
            .AddScaled(Average(samples), Milliseconds).AddScaled(isAny ? samples.Max : null, Milliseconds);
    }

    private static bool HasAny(RoundTrips trips) =>
        trips.Samples.Count + trips.Ambiguous.Count + trips.AfterLoss + trips.Cumulative + trips.Duplicates > 0;

    private static long? Average(in RoundTripSamples samples) => samples.Count == 0 ? null : Rounded(samples.Average);

    private static long? Rounded(double? nanoseconds) =>
        nanoseconds is { } value ? (long)Math.Round(value, MidpointRounding.AwayFromZero) : null;
}
