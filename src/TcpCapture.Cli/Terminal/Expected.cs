using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

/// <summary>The rules for a command's timeline, and their results, which can be written to a JUnit file.</summary>
internal sealed class Expected(IReadOnlyList<string> rules, string? junit)
{
    private ExpectationChecker? _checker;
    private RecordingInfo? _info;

    public bool IsAny => rules.Count > 0;

    /// <summary>The rules as arguments, to run this command in another process.</summary>
    public IEnumerable<string> Arguments => rules.SelectMany(rule => (string[])["--expect", rule]);

    /// <summary>Creates the sinks that check the rules, for <see cref="OutputFolder.Export"/>.</summary>
    public IReadOnlyList<Func<RecordingInfo, ITimelineSink>> Watchers => IsAny ? [Check] : [];

    public IReadOnlyList<ITimelineSink> Watch(RecordingInfo info) => IsAny ? [Check(info)] : [];

    /// <summary>Prints the results and writes the JUnit file. Returns the exit code.</summary>
    /// <exception cref="TcpCaptureException">The JUnit file cannot be written.</exception>
    public int Report(TextWriter output) => Report(results =>
    {
        output.WriteLine();
        foreach (var result in results) output.WriteLine(result);
        output.Flush();
    });

    /// <summary>The same, with the results as JSON Lines.</summary>
    public int Report(Stream output) => Report(results =>
    {
        foreach (var result in results) TimelineOutput.WriteJson(output, result);
        output.Flush();
    });

    private ExpectationChecker Check(RecordingInfo info)
    {
        _info = info;
        return _checker = new ExpectationChecker(info, rules);
    }

    private int Report(Action<IReadOnlyList<ExpectationResult>> print)
    {
        if (_checker is null || _info is null) return ExitCode.Done;
        var results = _checker.Results;
        print(results);
        if (junit is not null) TimelineOutput.WriteJUnit(junit, _info, results);
        return results.All(result => result.IsHeld) ? ExitCode.Done : ExitCode.Unexpected;
    }
}
