using System.Text;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.PeerTools.Tcptrace;

namespace TcpCapture.Export.Csv;

/// <summary>
/// round-trips.csv: a row a connection and direction that had anything acknowledged, with the round-trip times as tcptrace takes them.
/// </summary>
/// <remarks>
/// <c>side</c> sent what is acknowledged: the times run from the capture point to the other end and back. Milliseconds with six
/// decimals; empty where there is no sample. <c>samples</c>, <c>min_ms</c>, <c>avg_ms</c>, <c>max_ms</c>, <c>stdev_ms</c>: segments
/// sent once whose end was acknowledged exactly, nothing before them sent later. <c>handshake_ms</c>: of the SYN, or the SYN-ACK.
/// <c>full_size_bytes</c> and the four after it: the same of the largest segments only. <c>ambiguous</c>, <c>ambiguous_avg_ms</c>:
/// segments sent more than once, from the last time. <c>after_loss</c>: acknowledged late, because one before them had to be sent
/// again. <c>cumulative</c>: acknowledged with a later one. <c>duplicate_acks</c>, <c>triple_duplicate_acks</c>: repeated
/// acknowledgements.
/// </remarks>
internal sealed class RoundTripsCsv : IConnectionSink
{
    /// <summary>The columns, in their order.</summary>
    public const string Columns = "connection,side,samples,min_ms,avg_ms,max_ms,stdev_ms,handshake_ms,full_size_bytes,full_size_samples,"
        + "full_size_min_ms,full_size_avg_ms,full_size_max_ms,ambiguous,ambiguous_avg_ms,after_loss,cumulative,duplicate_acks,triple_duplicate_acks";

    /// <summary>Decimals of a millisecond that a nanosecond needs.</summary>
    private const int Milliseconds = 6;

    private readonly PlainRows _rows;

    /// <summary>Starts the file with its header.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    public RoundTripsCsv(Stream stream)
    {
        _rows = new PlainRows(stream);
        _rows.Add(Encoding.ASCII.GetBytes(Columns)).End();
    }

    /// <summary>Writes both directions of a connection that has ended, or will be observed no longer; a direction without any is left out.</summary>
    public void OnConnectionEnded(Connection connection)
    {
        Write(connection, Side.Client);
        Write(connection, Side.Server);
    }

    public void OnCompleted(in TimelineEnd end) => _rows.Flush();

    private void Write(Connection connection, Side side)
    {
        if (connection.PeerState.RoundTripsOf(side) is not { } trips || !HasAny(trips)) return;
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
