using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture show RECORDING</c></summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Source = new("recording")
    {
        Description = $"An output folder, the {Recording.FileName} of one, or a folder of parts.",
    };

    private static readonly Option<int[]> Connections = new("--connection", "-c")
    {
        HelpName = "N[,N…]",
        Description = "Show only the connections with these numbers; may be given several times.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => ObservationArguments.ConnectionNumbers(result),
    };

    private static readonly Option<ConnectionFilter?> Filter = AnalyzeArguments.FilterOf(
        "Show only these connections: 'cause = no-listener', 'port 443 and retransmissions > 10' (docs/analyze.md).");

    private static readonly Option<int?> Top = ObservationArguments.Value<int?>(
        "--top", "N", "Show only the first N connections in the order of --sort.", "a number from 1",
        text => int.TryParse(text, out var number) && number > 0 ? number : null);

    private static readonly Option<ConnectionOrder> Sort = AnalyzeArguments.SortOf();
    private static readonly Option<Moment?> Since =
        Time("--from", "Show events from this time on: seconds since the start (1.5), or a time as in timeline.csv.");
    private static readonly Option<Moment?> Until = Time("--to", "Show events up to this time; see --from.");
    private static readonly Option<bool> Json = ObservationArguments.Flag(
        "--json", "Print JSON Lines: an object per event with the columns of timeline.csv as names, then one per connection.");

    private static readonly Option<bool> NoPager =
        ObservationArguments.Flag("--no-pager", "Do not use a pager on a terminal ($PAGER, default: less).");

    public static Command Create()
    {
        var command = new Command("show", "Prints the ladder of a recording: failures first, then its events.")
        {
            Source, Connections, Filter, Top, Sort, Since, Until, Json, NoPager,
        };
        ExpectOptions.AddTo(command);
        command.SetAction(parsed => Failures.Guard(() => Show(parsed)));
        return command;
    }

    private static int Show(ParseResult parsed)
    {
        var expected = ExpectOptions.Read(parsed);
        var wanted = new Selection(parsed.GetValue(Connections) ?? [], parsed.GetValue(Since), parsed.GetValue(Until));
        var ranking = new ShownConnections(
            parsed.GetValue(Filter), parsed.GetValue(Top), parsed.GetValue(Sort)!, parsed.GetResult(Sort) is { Implicit: false });
        var isJson = parsed.GetValue(Json);
        var paths = RecordingParts.Of(parsed.GetValue(Source)!);
        var code = ExitCode.Done;
        try
        {
            using var output = isJson ? null
                : !parsed.GetValue(NoPager) && !expected.IsAny ? Screen.OpenPaged() : Screen.Open();
            foreach (var path in paths)
            {
                var recording = Recording.Open(path);
                if (wanted.IsReversed(recording.Info.Start))
                    return Failures.Say("--from is later than --to: exchange them.", ExitCode.Usage);
                if (paths.Count > 1) output?.WriteLine($"{(path == paths[0] ? "" : "\n")}part {Path.GetFileName(path)}");
                var one = output is null ? PrintJson(recording, wanted, ranking, expected, path)
                    : Print(output, recording, wanted, ranking, expected, path, isPart: paths.Count > 1);
                if (one != ExitCode.Done) code = one;
            }

            return code;
        }
        catch (ReaderGoneException)
        {
            return ExitCode.Done;
        }
    }

    private static int Print(
        StreamWriter output, Recording recording, Selection wanted, ShownConnections ranking, Expected expected, string name, bool isPart)
    {
        var narrowed = ranking.Head(output, recording, wanted);
        if (narrowed is null) return ExitCode.Done; // nothing matches, which was said
        var selection = LadderOutput.Print(output, recording, narrowed, expected);
        output.Flush();
        if (!isPart && narrowed.Missing(selection, recording, name) is { } missing) return Failures.Say(missing);
        return expected.Report(output);
    }

    private static int PrintJson(Recording recording, Selection wanted, ShownConnections ranking, Expected expected, string name)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 32 * 1024);
        var narrowed = ranking.Narrow(recording, wanted);
        var json = TimelineOutput.Json(output, recording.Info.Start);
        var selection = narrowed.From(json, recording.Info.Start);
        var counts = ranking.All();
        var chosen = ConnectionChoice.Of(selection.Connections);
        var ended = new TimelineSelection(counts) { Connections = selection.Connections, From = selection.From, To = selection.To };
        Timeline.Correlate(recording, chosen, [selection, ended, .. expected.Watch(recording.Info)]);
        foreach (var connection in counts.Top) TimelineOutput.WriteJson(output, connection);
        return narrowed.Missing(selection, recording, name) is { } missing ? Failures.Say(missing) : expected.Report(output);
    }

    private static Option<Moment?> Time(string name, string description) => ObservationArguments.Value(
        name, "T", description, "seconds since the start such as 1.5, or a time such as 2026-11-23T06:01:02.5Z", Moment.Read);
}
