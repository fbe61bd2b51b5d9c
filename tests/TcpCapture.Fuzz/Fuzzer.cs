using System.Diagnostics;

namespace TcpCapture.Fuzz;

/// <summary>Runs targets on mutated inputs for a time. An exception ends it.</summary>
internal sealed class Fuzzer(IFuzzTarget[] targets, Dictionary<string, List<byte[]>> inputs, int seed, Blackbox blackbox)
{
    /// <summary>Maximum bytes that a run allocates; an input has at most 64 KiB.</summary>
    private const long MaxAllocated = 32L << 20;

    private const int MaxInputs = 5000;

    private readonly Mutator _mutator = new(seed);
    private readonly HashSet<(int Target, int Outcome)> _outcomes = [];
    private long _begun;

    /// <summary>Number of runs of each target.</summary>
    public long[] Executions { get; } = new long[targets.Length];

    /// <summary>Number of different results.</summary>
    public int Outcomes => _outcomes.Count;

    /// <summary>Duration of the current run.</summary>
    public TimeSpan Running => Stopwatch.GetElapsedTime(Volatile.Read(ref _begun));

    public void Run(TimeSpan time)
    {
        var begin = Stopwatch.GetTimestamp();
        Volatile.Write(ref _begun, begin);
        for (var target = 0; target < targets.Length; target++)
        {
            foreach (var input in inputs[targets[target].Name].ToArray()) Run(target, input);
        }

        while (Stopwatch.GetElapsedTime(begin) < time)
        {
            for (var target = 0; target < targets.Length; target++)
            {
                var known = inputs[targets[target].Name];
                for (var i = 0; i < 50; i++)
                {
                    var input = Mutated(target, known);
                    if (Run(target, input) && known.Count < MaxInputs) known.Add(input);
                }
            }
        }
    }

    private byte[] Mutated(int target, List<byte[]> known)
    {
        var input = _mutator.Mutate(known[_mutator.Next(known.Count)], known[_mutator.Next(known.Count)]);
        if (targets[target].Name != "file") return input;
        var compressed = _mutator.Next(16) switch
        {
            0 => Compression.Gzip(input),
            1 => Compression.Zstandard(input),
            _ => input,
        };
        return compressed.Length <= Mutator.MaxLength ? compressed : input;
    }

    /// <summary>True if the input had a new result.</summary>
    private bool Run(int target, byte[] input)
    {
        blackbox.Write(target, input);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Volatile.Write(ref _begun, Stopwatch.GetTimestamp());
        var outcome = targets[target].Run(input);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (allocated > MaxAllocated) throw new InvalidOperationException($"{allocated} bytes were allocated for an input of {input.Length}.");
        Executions[target]++;
        return _outcomes.Add((target, outcome));
    }
}
