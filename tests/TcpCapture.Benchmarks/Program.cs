using System.Globalization;

namespace TcpCapture.Benchmarks;

internal static class Program
{
    private static readonly IBenchmark[] All =
    [
        new ReadBenchmark(), new DecodeBenchmark(), new StagesBenchmark(), new CorrelateBenchmark(), new PassBenchmark(), new ExportBenchmark(), new RecordingBenchmark(),
        new LookUpBenchmark(), new SamplerBenchmark(), new StartBenchmark(), new OverheadBenchmark(), new CallsBenchmark(), new MarksBenchmark(),
        new PeerStateBenchmark("history", () => new PeerStateBenchmark.History()), new PeerStateBenchmark("round-trips", () => new PeerStateBenchmark.Times()),
    ];

    private static int Main(string[] names)
    {
        if (names is [ConnectLoop.Argument, .. var arguments]) return ConnectLoop.Serve(arguments);
        if (names is [SyntheticCapture.Argument, .. var wanted]) return SyntheticCapture.Write(wanted);
        var unknown = names.Except(All.Select(b => b.Name)).ToArray();
        if (unknown.Length > 0)
        {
            Console.Error.WriteLine(
                $"There is no benchmark '{unknown[0]}': name some of {string.Join(", ", All.Select(b => b.Name))}, or none for all.");
            return 2;
        }

        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Print("benchmark", "one", "min", "median", "max", "bytes", "remark");
        Print("---", "---", "---:", "---:", "---:", "---:", "---");
        foreach (var benchmark in All)
        {
            if (names.Length > 0 && !names.Contains(benchmark.Name)) continue;
            if (benchmark.Obstacle is { } obstacle)
            {
                Print(benchmark.Name, "", "", "", "", "", "not measured: " + obstacle);
                continue;
            }

            foreach (var row in benchmark.Run())
            {
                Print(
                    $"{benchmark.Name}: {row.What}", row.Unit, Spread.Text(row.Time.Min), Spread.Text(row.Time.Median),
                    Spread.Text(row.Time.Max), row.Bytes?.ToString("0.#", CultureInfo.InvariantCulture) ?? "", row.Remark);
            }
        }

        return 0;
    }

    /// <summary>A row of a Markdown table, aligned for terminals.</summary>
    private static void Print(string what, string unit, string min, string median, string max, string bytes, string remark) =>
        Console.WriteLine($"| {what,-46} | {unit,-10} | {min,9} | {median,9} | {max,9} | {bytes,6} | {remark} |");
}
