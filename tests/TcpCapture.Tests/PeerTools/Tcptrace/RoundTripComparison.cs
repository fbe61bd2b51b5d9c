using System.Globalization;
using TcpCapture.PeerTools.Tcptrace;

namespace TcpCapture.Tests.PeerTools.Tcptrace;

/// <summary>Compares our round-trip times with tcptrace's, to the precision it prints.</summary>
internal static class RoundTripComparison
{
    private const double Precision = 0.0501; // it prints tenths of a millisecond

    public static IEnumerable<string> Differences(RoundTrips? ours, Tcptrace.Direction theirs)
    {
        var trips = ours ?? new RoundTrips();
        foreach (var (name, count) in new (string, long)[]
                 {
                     ("RTT_samples", trips.Samples.Count), ("post-loss_acks", trips.AfterLoss), ("ambiguous_acks", trips.Ambiguous.Count),
                     ("segs_cum_acked", trips.Cumulative), ("duplicate_acks", trips.Duplicates), ("triple_dupacks", trips.TripleDuplicates),
                 })
        {
            if (theirs.Values.TryGetValue(name, out var text) && long.Parse(text, CultureInfo.InvariantCulture) != count)
                yield return $"{name}: tcptrace {text}, ours {count}";
        }

        // For two samples tcptrace prints no deviation, although there is one.
        var deviation = trips.Samples.Count > 2 ? trips.Samples.Deviation ?? 0 : 0;
        foreach (var (name, nanoseconds) in new (string, double)[]
                 {
                     ("RTT_min", trips.Samples.Min), ("RTT_max", trips.Samples.Max), ("RTT_avg", Average(trips.Samples)), ("RTT_stdev", deviation),
                     ("RTT_from_3WHS", trips.Handshake ?? 0), ("RTT_avg_(last)", Average(trips.Ambiguous)),
                 })
        {
            if (Math.Abs(theirs[name] - nanoseconds / 1e6) > Precision)
                yield return string.Create(CultureInfo.InvariantCulture, $"{name}: tcptrace {theirs[name]}, ours {nanoseconds / 1e6:F4}");
        }
    }

    /// <summary>tcptrace divides by slightly more than the count, to avoid a division by zero.</summary>
    private static double Average(RoundTripSamples samples) => samples.Average * samples.Count / (samples.Count + 0.0001);
}
