using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Tests.Recordings;

/// <summary>The order as a property of generated sources.</summary>
public partial class ReorderWindowTests
{
    /// <summary>If no source lags by more than half the window, the output is the same for every interleaving.</summary>
    // Times tie often, calls have two threads, some take longer than half the window, and frame times run backwards.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void TheOrderDoesNotDependOnHowSourcesInterleave(int seed)
    {
        var random = new Random(seed);
        var sources = Sources(random);
        var total = sources.Sum(source => source.Count);
        List<string>? first = null;
        var inputs = new HashSet<string>();
        for (var round = 0; round < 60; round++)
        {
            var log = new ShortLog();
            var window = new ReorderWindow(log, Window);
            var input = new ShortLog();
            foreach (var observation in Interleave(sources, random, lag: Window.Ticks * 100 / 2))
            {
                observation.Deliver(input);
                observation.Deliver(window);
            }

            window.Flush();
            inputs.Add(string.Join('\n', input.Lines));
            Assert.Equal(total, input.Lines.Count);
            Assert.Equal(0, window.Late);
            Assert.Equal(first ??= log.Lines, log.Lines);
        }

        Assert.Equal(60, inputs.Count); // the interleavings did differ
        Assert.Contains(first!, line => line.StartsWith("call", StringComparison.Ordinal));
        Assert.True(first!.Count < total, "No call was joined.");

        // An ordered stream stays as it is: a timeline's file gives the same timeline.
        var again = new ShortLog();
        var second = new ReorderWindow(again, Window);
        foreach (var observation in Ordered(sources)) observation.Deliver(second);
        second.Flush();
        Assert.Equal(first, again.Lines);
    }

    private static List<Observation> Ordered(List<List<Observation>> sources)
    {
        var ordered = new List<Observation>();
        var keep = new Keep(ordered);
        var window = new ReorderWindow(keep, Window);
        foreach (var observation in Interleave(sources, new Random(0), lag: 0)) observation.Deliver(window);
        window.Flush();
        return ordered;
    }

    private static List<List<Observation>> Sources(Random random)
    {
        var frames = new List<Observation>();
        var samples = new List<Observation>();
        var owners = new List<Observation>();
        List<Observation>[] calls = [[], []];
        long[] free = [0, 0];
        var id = 0;
        for (long time = 0; time < 20_000; time += random.Next(3) * 10)
        {
            var at = time;
            switch (random.Next(5))
            {
                case 0:
                    var stamp = Math.Max(0, at - random.Next(2) * random.Next(50));
                    frames.Add(new Observation(at, 1, sink => sink.OnFrame(Frame(stamp))));
                    break;
                case 1:
                    samples.Add(new Observation(at, 2, sink => sink.OnSample(Sample(at))));
                    break;
                case 2:
                    owners.Add(new Observation(at, 3, sink => sink.OnOwner(Owner(at))));
                    break;
                default:
                    var thread = random.Next(2);
                    if (free[thread] > at) break;
                    var number = ++id;
                    var end = at + (random.Next(4) == 0 ? random.Next(2000) : random.Next(4) * 10);
                    free[thread] = end;
                    calls[thread].Add(new Observation(at, 4, sink => sink.OnCall(Begin(number, at))));
                    calls[thread].Add(new Observation(end, 4, sink => sink.OnCall(Done(number, at, end))));
                    break;
            }
        }

        return [frames, samples, owners, calls[0], calls[1]];
    }

    /// <summary>A random interleaving in which no source lags by more than the limit.</summary>
    private static IEnumerable<Observation> Interleave(List<List<Observation>> sources, Random random, long lag)
    {
        var next = new int[sources.Count];
        while (true)
        {
            var left = Enumerable.Range(0, sources.Count).Where(source => next[source] < sources[source].Count).ToList();
            if (left.Count == 0) yield break;
            var earliest = left.Min(source => sources[source][next[source]].Time);
            left.RemoveAll(source => sources[source][next[source]].Time > earliest + lag);
            var chosen = left[random.Next(left.Count)];
            yield return sources[chosen][next[chosen]++];
        }
    }

    private sealed class Keep(List<Observation> kept) : IObservationSink
    {
        public void OnFrame(in Frame frame)
        {
            var time = frame.Time.Nanoseconds;
            kept.Add(new Observation(time, 1, sink => sink.OnFrame(Frame(time))));
        }

        public void OnCall(SocketCall call) => kept.Add(new Observation(0, 0, sink => sink.OnCall(call)));
        public void OnSample(SocketSample sample) => kept.Add(new Observation(0, 2, sink => sink.OnSample(sample)));
        public void OnOwner(SocketOwner owner) => kept.Add(new Observation(0, 3, sink => sink.OnOwner(owner)));
        public void OnTrace(KernelEvent trace) => kept.Add(new Observation(0, 4, sink => sink.OnTrace(trace)));
    }
}
