using TcpCapture.Export.JUnit;
using TcpCapture.Export.Json;
using TcpCapture.Export.Output;
using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

/// <summary>What a command's timeline is expected to be. One pass is held against it; without rules it costs nothing.</summary>
/// <param name="rules">The rules.</param>
/// <param name="junit">Where to write the results for CI systems; null: nowhere.</param>
internal sealed class Expected(IReadOnlyList<Expectation> rules, string? junit)
{
    private ExpectationChecker? _checker;
    private RecordingInfo? _info;

    /// <summary>True if there are rules.</summary>
    public bool IsAny => rules.Count > 0;

    /// <summary>The rules as arguments, for this command run again.</summary>
    public IEnumerable<string> Arguments => rules.SelectMany(rule => (string[])["--expect", rule.ToString()]);

    /// <summary>What makes the sink that sees the timeline go by, for <see cref="OutputFolder.Export"/>; nothing without rules.</summary>
    public IReadOnlyList<Func<RecordingInfo, ITimelineSink>> Watchers => IsAny ? [Check] : [];

    /// <summary>The sink that sees the timeline of a recording go by; none without rules.</summary>
    public IReadOnlyList<ITimelineSink> Watch(RecordingInfo info) => IsAny ? [Check(info)] : [];

    /// <summary>Says what became of each rule, after the pass, and writes the file for CI systems.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="OutputException">That file cannot be written.</exception>
    public int Conclude(TextWriter output) => Conclude(results =>
    {
        output.WriteLine();
        foreach (var result in results) output.WriteLine(result);
        output.Flush();
    });

    /// <summary>As the other one, as JSON Lines: an object a rule.</summary>
    public int Conclude(Stream output) => Conclude(results =>
    {
        foreach (var result in results) ExpectationJson.Write(output, result);
        output.Flush();
    });

    private ExpectationChecker Check(RecordingInfo info)
    {
        _info = info;
        return _checker = new ExpectationChecker(info, rules);
    }

    private int Conclude(Action<IReadOnlyList<ExpectationResult>> tell)
    {
        if (_checker is null || _info is null) return ExitCode.Done;
        var results = _checker.Results;
        tell(results);
        if (junit is not null) JUnitFile.Write(junit, _info, results);
        return results.All(result => result.Outcome == Outcome.Held) ? ExitCode.Done : ExitCode.Unexpected;
    }
}
