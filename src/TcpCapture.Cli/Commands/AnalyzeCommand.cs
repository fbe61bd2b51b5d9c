using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture analyze FILE…</c>: one pass over the files, or two with a filter.</summary>
internal sealed class AnalyzeCommand(ParseResult parsed)
{
    /// <summary>The error for a filter on a source that cannot be read twice.</summary>
    public const string ReadOnce =
        "--filter reads the capture twice, because the end of a connection decides, and a pipe can be read only once: "
        + "save the capture to a file, or select with --connection.";

    /// <summary>The maximum number of frames of a single connection that is read again to print its ladder.</summary>
    private const int MaxFramesAgain = 2000;
    private const int MaxLadders = 5; // the maximum number of connections in one ladder

    private static readonly string[] FileNames =
        ["connections.csv", "syn-retransmits.csv", "round-trips.csv", "marks.csv", "timeline.csv", Recording.FileName, "report.html"];

    private const int FilesAlways = 4; // the number of files that are written without a selected connection

    private readonly string[] _files = parsed.GetValue(AnalyzeArguments.Files)!;
    private readonly bool _verifiesChecksums = parsed.GetValue(AnalyzeArguments.Checksums);
    private readonly ConnectionFilter? _filter = parsed.GetValue(AnalyzeArguments.Filter);
    private readonly ConnectionChoice? _named = parsed.GetValue(AnalyzeArguments.Connections);
    private readonly ConnectionOrder _order = parsed.GetValue(AnalyzeArguments.Sort)!;
    private readonly int _top = parsed.GetValue(AnalyzeArguments.Top);
    private readonly Expected _expected = ExpectOptions.Read(parsed);
    private readonly string _output = parsed.GetValue(AnalyzeArguments.Output) ?? ObservationArguments.NewFolder("analyze");
    private readonly bool _force = parsed.GetValue(AnalyzeArguments.Force);
    private readonly bool _isJson = parsed.GetValue(AnalyzeArguments.Json);
    private readonly AnalyzeOutput _show =
        new(parsed.GetValue(AnalyzeArguments.Filter)?.ToString(), parsed.GetValue(AnalyzeArguments.Sort)!);

    public static Command Create()
    {
        var command = new Command("analyze", "Analyzes capture files: how each connection ended, resets and their causes, retransmissions.")
        {
            AnalyzeArguments.Files,
        };
        foreach (var option in AnalyzeArguments.Options) command.Add(option);
        ExpectOptions.AddTo(command);
        command.Validators.Add(AnalyzeArguments.Check);
        command.SetAction(parsed => Failures.Guard(() => new AnalyzeCommand(parsed).Run()));
        return command;
    }

    private int Run()
    {
        if (Overwritten() is { } input)
            return Failures.Say($"{input} would be replaced by an output file: name another folder with --output.", ExitCode.Usage);
        using var interruption = new Interruption();
        using var givingUp = interruption.GivingUp.Register(() => Environment.Exit(ExitCode.Failed)); // a blocked read cannot be cancelled
        if (_files is [var only] && RecordingAnalysis.TryOpen(only) is { } recording
            && (recording.Info.Captures is null || Directory.Exists(only)))
            return Analyze(recording);
        var chosen = _named ?? ConnectionChoice.None;
        OutputFolder? folder = null;
        try
        {
            if (_filter is not null)
            {
                using var first = CaptureAnalysis.Open(_files, _verifiesChecksums, interruption.Token);
                if (first.TotalBytes is null) return Failures.Say(ReadOnce, ExitCode.Usage);
                folder = OutputFolder.Create(_output, _force);
                using var progress = new AnalyzeProgress(first, "first of two passes");
                chosen = first.Find(connection => _filter.Matches(connection) && _named?.Includes(connection.Number) != false);
                if (interruption.Token.IsCancellationRequested)
                {
                    folder.Discard();
                    return Failures.Say("Interrupted in the first of two passes, so no file was written. Run it again.");
                }
            }

            using var analysis = CaptureAnalysis.Open(_files, _verifiesChecksums, interruption.Token);
            (analysis.Filter, analysis.Order, analysis.MaxTop) = (_filter, _order, _top);
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
        var isLadder = !_isJson && (_named is { Count: not null } || chosen.Count is > 0 and <= MaxLadders);
        var excerpt = isLadder ? new LadderExcerpt(analysis.Info) : null;
        CaptureSummary summary;
        using (new AnalyzeProgress(analysis, _filter is null ? "" : "second of two passes"))
            summary = analysis.Run(folder, chosen, null, excerpt is null ? [] : [excerpt], _expected.Watch(analysis.Info));

        var canReadAgain = !stop.IsCancellationRequested && analysis.TotalBytes is not null;
        if (excerpt is null && !_isJson && canReadAgain && IsOneShortConnection(summary))
            excerpt = ReadAgain(stop);
        string[] written = [.. FileNames.Take(summary.Chosen > 0 ? FileNames.Length : FilesAlways)];
        if (_isJson) AnalyzeOutput.PrintJson(summary, chosen, _filter is not null, folder, written);
        else _show.Print(summary, chosen, excerpt, folder, written);
        if (_named?.Beyond(summary.Connections) is { Count: > 0 } missing) return Failures.Say(Missing(missing, summary));
        return Judge();
    }

    /// <summary>Analyses a recording with its calls, kernel events and states.</summary>
    private int Analyze(RecordingAnalysis analysis)
    {
        (analysis.Filter, analysis.Order, analysis.MaxTop) = (_filter, _order, _top);
        var folder = OutputFolder.Create(_output, _force);
        try
        {
            var chosen = _named ?? ConnectionChoice.None;
            if (_filter is not null)
                chosen = analysis.Find(connection => _filter.Matches(connection) && _named?.Includes(connection.Number) != false);
            var isLadder = !_isJson && (_named is { Count: not null } || chosen.Count is > 0 and <= MaxLadders);
            var excerpt = isLadder ? new LadderExcerpt(analysis.Info) : null;
            var summary = analysis.Run(folder, chosen, excerpt is null ? [] : [excerpt], _expected.Watch(analysis.Info));
            string[] written = summary.Chosen > 0
                ? ["connections.csv", "syn-retransmits.csv", "timeline.csv", "report.html"] : ["connections.csv", "syn-retransmits.csv"];
            if (_isJson) AnalyzeOutput.PrintJson(summary, chosen, _filter is not null, folder, written);
            else _show.Print(summary, chosen, excerpt, folder, written);
            if (_named?.Beyond(summary.Connections) is { Count: > 0 } missing) return Failures.Say(Missing(missing, summary));
            return Judge();
        }
        catch
        {
            folder.Discard();
            throw;
        }
    }

    private int Judge()
    {
        if (!_expected.IsAny) return ExitCode.Done;
        if (_isJson) return _expected.Report(Console.Error);
        using var output = Screen.Open();
        return _expected.Report(output);
    }

    private bool IsOneShortConnection(CaptureSummary summary) =>
        _filter is null && _named is null && summary.Connections == 1 && summary.Frames <= MaxFramesAgain;

    private LadderExcerpt ReadAgain(CancellationToken stop)
    {
        using var again = CaptureAnalysis.Open(_files, _verifiesChecksums, stop);
        var excerpt = new LadderExcerpt(again.Info);
        again.Run(null, excerpt);
        return excerpt;
    }

    /// <summary>An input file that the output would replace, if any.</summary>
    private string? Overwritten()
    {
        var targets = FileNames.Select(name => Path.GetFullPath(Path.Combine(_output, name))).ToHashSet(StringComparer.Ordinal);
        return _files.FirstOrDefault(file => file.Length > 0 && targets.Contains(Path.GetFullPath(file)));
    }

    private static string Missing(IReadOnlyList<int> numbers, CaptureSummary summary)
    {
        var isOne = summary.FileNames.Count == 1;
        return Selection.NoConnection(
            numbers, isOne ? summary.FileNames[0] : "these files", summary.Connections, isOne ? "it has" : "they have");
    }
}
