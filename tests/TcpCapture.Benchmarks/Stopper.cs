using System.Diagnostics;

namespace TcpCapture.Benchmarks;

/// <summary>Measures short work: after a warm-up, in rounds of as many repetitions as fill a round, divided by their number.</summary>
/// <remarks>
/// The warm-up lasts until the runtime has had time to compile what is hot a second time. What else runs on the machine
/// makes rounds longer, never shorter, and a short round has a chance to be left alone: the minimum says most about the
/// code, the spread about the machine.
/// </remarks>
internal static class Stopper
{
    private const int Rounds = 60;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(1200);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(10);

    /// <summary>Measures <paramref name="work"/>, which does <paramref name="operations"/> operations per call.</summary>
    public static (Spread Time, double Bytes) Measure(int operations, Action work)
    {
        var repetitions = 0;
        var begin = Stopwatch.GetTimestamp();
        do
        {
            work();
            repetitions++;
        }
        while (Stopwatch.GetElapsedTime(begin) < WarmUp);

        repetitions = Math.Max(1, (int)(repetitions * (Round / WarmUp)));
        var times = new double[Rounds];
        var bytes = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < repetitions; i++) work();
            var elapsed = Stopwatch.GetElapsedTime(started);
            var count = (double)repetitions * operations;
            times[round] = elapsed.TotalNanoseconds / count;
            bytes[round] = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
        }

        return (Spread.Of(times), bytes.Min());
    }
}
