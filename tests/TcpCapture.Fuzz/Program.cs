using System.Diagnostics;

namespace TcpCapture.Fuzz;

/// <summary>Two processes: one runs the targets; the other starts it and keeps the input that ended it.</summary>
internal static class Program
{
    /// <summary>The exit code after a failure.</summary>
    public const int Broken = 1;

    private const int Usage = 2;

    private static readonly IFuzzTarget[] Targets = [new FileTarget(), new BlockTarget(), new FrameTarget(), new OptionsTarget()];

    private static int Main(string[] arguments)
    {
        if (arguments is ["--make", var folder])
        {
            CorpusMaker.Write(folder);
            return 0;
        }

        if (Options.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine(
                "Usage: TcpCapture.Fuzz [--seconds 60] [--seed N] CORPUS [MORE_INPUTS...]    (folders; what breaks is kept in the first)\n" +
                "       TcpCapture.Fuzz --make FOLDER    (writes the corpus to begin with)");
            return Usage;
        }

        return options.Blackbox is null ? Watch(options) : Fuzz(options, options.Blackbox);
    }

    private static int Fuzz(Options options, string path)
    {
        using var blackbox = new Blackbox(path);
        var inputs = Corpus.Load(options.Folders, Targets);
        var begun = inputs.Values.Sum(list => list.Count);
        var fuzzer = new Fuzzer(Targets, inputs, options.Seed, blackbox);
        using var watchdog = new Watchdog(fuzzer);
        try
        {
            fuzzer.Run(TimeSpan.FromSeconds(options.Seconds));
        }
        catch (Exception error) // whatever it is: that is what fuzzing is for
        {
            Console.Error.WriteLine(error);
            return Broken;
        }

        var runs = string.Join(", ", Targets.Zip(fuzzer.Executions, (target, count) => $"{target.Name} {count}"));
        Console.WriteLine(
            $"Fuzzed for {options.Seconds} s with seed {options.Seed}: {fuzzer.Executions.Sum()} executions ({runs}), " +
            $"{begun} inputs to begin with, {fuzzer.Outcomes} different outcomes; nothing broke.");
        return 0;
    }

    private static int Watch(Options options)
    {
        var path = Path.Combine(Path.GetTempPath(), $"tcpcapture-fuzz-{Environment.ProcessId}");
        try
        {
            using var worker = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, options.ToArguments(path)))!;
            worker.WaitForExit();
            if (worker.ExitCode is 0) return 0;
            using var blackbox = new Blackbox(path);
            var (target, input) = blackbox.Read();
            var kept = Corpus.Keep(options.Folders[0], Targets[Math.Clamp(target, 0, Targets.Length - 1)].Name, input);
            Console.WriteLine(
                $"Fuzzing with seed {options.Seed} broke something (exit code {worker.ExitCode}): the input is kept as {kept}, " +
                "which the next run begins with. Mend it and give it a unit test.");
            return Broken;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
