using TcpCapture.Correlation;
using TcpCapture.Expectations;
using TcpCapture.Model;

namespace TcpCapture.Cli;

/// <summary>What a command's timeline is expected to be. One pass is held against it; without rules it costs nothing.</summary>
/// <param name="rules">The rules.</param>
/// <param name="junit">Where to write the results for CI systems; null: nowhere.</param>
internal sealed class Expected(IReadOnlyList<Expectation> rules, string? junit)
{
    private ExpectationChecker? _checker;
    private RecordingInfo? _info;

    /// <summary>True if there are rules.</summary>
    public bool IsAny => rules.Count > 0;

    /// <summary>Sees the timeline go by; for <see cref="OutputFolder.Export"/>.</summary>
    public ITimelineSink Watch(RecordingInfo info)
    {
        _info = info;
        return _checker = new ExpectationChecker(info, rules);
    }

    /// <summary>Says what became of each rule, after the pass, and writes the file for CI systems.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="OutputException">That file cannot be written.</exception>
    public int Conclude(TextWriter output)
    {
        if (!IsAny || _checker is null || _info is null) return ExitCode.Done;
        var results = _checker.Conclude();
        output.WriteLine();
        foreach (var result in results) output.WriteLine(result);
        output.Flush();
        if (junit is not null) JUnitFile.Write(junit, _info, results);
        return results.All(result => result.Outcome == Outcome.Held) ? ExitCode.Done : ExitCode.Unexpected;
    }
}
