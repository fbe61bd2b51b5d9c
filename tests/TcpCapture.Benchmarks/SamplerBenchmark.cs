using System.Globalization;
using TcpCapture.Live;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>The share of a core that sampling takes at 1 ms, for one connection and its listener.</summary>
internal sealed class SamplerBenchmark : IBenchmark
{
    private const int Rounds = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    public string Name => "sampler";
    public string? Obstacle => OperatingSystem.IsLinux() ? null : "the CPU time of a thread is read on Linux only";

    public IEnumerable<Row> Run()
    {
        using var connection = new LoopbackConnection();
        var shares = new List<double>();
        var beats = new List<double>();
        var costs = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            using var source = StateSources.Choose(StateSourceChoice.Sampled, Interval);
            source.WatchListener(connection.Server);
            source.Watch(connection.ClientEnd);
            source.Start(NoObservations.Instance);
            source.SampleNow();
            var before = source.Statistics;
            var begin = Timestamp.Now;
            using (var nobody = new ManualResetEventSlim()) nobody.Wait(Length);
            source.SampleNow(); // the thread tells its CPU time with each round
            var after = source.Statistics;
            var elapsed = (double)(Timestamp.Now - begin);
            source.Stop();
            var rounds = after.Rounds - before.Rounds;
            var cpu = (double)(after.CpuNanoseconds!.Value - before.CpuNanoseconds!.Value);
            shares.Add(cpu / elapsed);
            costs.Add(cpu / rounds);
            beats.Add(elapsed / rounds);
        }

        yield return new Row("CPU time", "round", Spread.Of(costs), Remark: string.Create(
            CultureInfo.InvariantCulture,
            $"{shares.Min():P1} to {shares.Max():P1} of a core; 3 looks a round, 25 % allowed"));
        yield return new Row("time between rounds", "round", Spread.Of(beats), Remark: "1 ms asked for");
    }
}
