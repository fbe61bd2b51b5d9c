using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Export.Output;
using TcpCapture.Pipeline;
using TcpCapture.Recordings;

namespace TcpCapture.Cli.Commands;

/// <summary>One run of <c>tcpcapture analyze</c>: a pass over the files, or two where connections are chosen by how they ended.</summary>
internal sealed class AnalyzeRun
{
    /// <summary>Said where a filter is to choose from what cannot be read twice.</summary>
    public const string ReadOnce =
        "--filter reads the capture twice, for how a connection ends is known only at its end, and a pipe can be read but once: save it to a file, or choose by --connection.";

    /// <summary>A capture of a single connection is read again for its ladder if it has no more frames than people read.</summary>
    private const int MostFramesAgain = 2000;

    /// <summary>Connections whose ladder people still tell apart.</summary>
    private const int MostLadders = 5;

    private static readonly string[] FileNames = ["connections.csv", "syn-retransmits.csv", "round-trips.csv", "marks.csv", "timeline.csv", Recording.FileName, "report.html"];

    /// <summary>The first ones are written whether or not a connection is chosen.</summary>
    private const int FilesAlways = 4;

    private readonly string[] _files;
    private readonly bool _verifiesChecksums;
    private readonly ConnectionFilter? _filter;
    private readonly ConnectionChoice? _named;
    private readonly ConnectionRanking _ranking;
    private readonly Expected _expected;
    private readonly string _output;
    private readonly bool _force;
    private readonly bool _isJson;
    private readonly AnalyzeOutput _show;

    public AnalyzeRun(ParseResult parsed)
    {
        _files = parsed.GetValue(AnalyzeArguments.Files)!;
        _verifiesChecksums = parsed.GetValue(AnalyzeArguments.Checksums);
        _filter = parsed.GetValue(AnalyzeArguments.Filter);
        _named = parsed.GetValue(AnalyzeArguments.Connections);
        _ranking = new ConnectionRanking(parsed.GetValue(AnalyzeArguments.Sort)!, parsed.GetValue(AnalyzeArguments.Top));
        _expected = ExpectOptions.Read(parsed);
        _output = parsed.GetValue(AnalyzeArguments.Output) ?? FolderName.New("analyze");
        _force = parsed.GetValue(AnalyzeArguments.Force);
        _isJson = parsed.GetValue(AnalyzeArguments.Json);
        _show = new AnalyzeOutput(_filter?.ToString(), parsed.GetValue(AnalyzeArguments.Sort)!);
    }

    /// <returns>The exit code.</returns>
    public int Run()
    {
        if (Overwritten() is { } input)
            return Failures.Say($"{input} would be replaced by the file of that name that is to be written: name another folder with --output.", ExitCode.Usage);
        using var interruption = new Interruption();
        using var givingUp = interruption.GivingUp.Register(() => Environment.Exit(ExitCode.CouldNot)); // a read that waits cannot be called back
        var chosen = _named ?? ConnectionChoice.None;
        OutputFolder? folder = null;
        try
        {
            if (_filter is not null)
            {
                using var first = CaptureAnalysis.Open(_files, _verifiesChecksums, interruption.Token);
                if (first.Progress.Length is null) return Failures.Say(ReadOnce, ExitCode.Usage);
                folder = OutputFolder.Create(_output, _force);
                using var progress = new AnalyzeProgress(first, "first of two passes");
                chosen = first.Find(connection => _filter.Matches(connection) && _named?.Includes(connection.Number) != false);
                if (interruption.Token.IsCancellationRequested)
                {
                    folder.Discard();
                    return Failures.Say("Interrupted in the first of two passes, before anything was written: let it end, or choose by --connection.");
                }
            }

            using var analysis = CaptureAnalysis.Open(_files, _verifiesChecksums, interruption.Token);
            folder ??= OutputFolder.Create(_output, _force);
            return Analyze(analysis, folder, chosen, interruption.Token);
        }
        catch
        {
            folder?.Discard();
            throw;
        }
    }

    private int Analyze(CaptureAnalysis analysis, OutputFolder folder, ConnectionChoice chosen, CancellationToken stop)
    {
        var excerpt = !_isJson && (_named is { Count: not null } || chosen.Count is > 0 and <= MostLadders) ? new LadderExcerpt(analysis.Info) : null;
        CaptureSummary summary;
        using (new AnalyzeProgress(analysis, _filter is null ? "" : "second of two passes"))
        {
            summary = analysis.Run(folder, chosen, Take, excerpt is null ? [] : [excerpt], _expected.Watch(analysis.Info));
        }

        if (excerpt is null && !_isJson && !stop.IsCancellationRequested && IsOneShortConnection(summary) && analysis.Progress.Length is not null)
            excerpt = ReadAgain(stop);
        string[] written = [.. FileNames.Take(summary.Chosen > 0 ? FileNames.Length : FilesAlways)];
        if (_isJson) AnalyzeOutput.PrintJson(summary, _ranking, chosen, _filter is not null, folder, written);
        else _show.Print(summary, _ranking, chosen, excerpt, folder, written);
        if (_named?.Beyond(summary.Totals.Connections) is { Count: > 0 } missing) return Failures.Say(Missing(missing, summary));
        return Conclude();
    }

    private int Conclude()
    {
        if (!_expected.IsAny) return ExitCode.Done;
        if (_isJson) return _expected.Conclude(Console.Error);
        using var output = Screen.Open();
        return _expected.Conclude(output);
    }

    private void Take(Connection connection)
    {
        if (_filter is null || _filter.Matches(connection)) _ranking.Add(connection);
    }

    private bool IsOneShortConnection(CaptureSummary summary) =>
        _filter is null && _named is null && summary.Totals.Connections == 1 && summary.Frames <= MostFramesAgain;

    private LadderExcerpt ReadAgain(CancellationToken stop)
    {
        using var again = CaptureAnalysis.Open(_files, _verifiesChecksums, stop);
        var excerpt = new LadderExcerpt(again.Info);
        again.Run(null, excerpt);
        return excerpt;
    }

    /// <summary>A file to be read that would be written over.</summary>
    private string? Overwritten()
    {
        var targets = FileNames.Select(name => Path.GetFullPath(Path.Combine(_output, name))).ToHashSet(StringComparer.Ordinal);
        return _files.FirstOrDefault(file => file.Length > 0 && targets.Contains(Path.GetFullPath(file)));
    }

    private static string Missing(IReadOnlyList<int> numbers, CaptureSummary summary)
    {
        var has = summary.Totals.Connections switch
        {
            0 => "it has none",
            1 => "it has one",
            var count => $"it has {count}, numbered from 1",
        };
        var name = summary.FileNames.Count == 1 ? summary.FileNames[0] : "these files";
        return $"There is no connection {string.Join(", ", numbers)} in {name}: {(summary.FileNames.Count == 1 ? has : has.Replace("it has", "they have", StringComparison.Ordinal))}.";
    }
}
