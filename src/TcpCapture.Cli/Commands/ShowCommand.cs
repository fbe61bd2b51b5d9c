using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture show RECORDING</c></summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Source = new("recording")
    {
        Description = $"An output folder, or the {Recording.FileName} of one.",
    };

    private static readonly Option<int[]> Connections = new("--connection", "-c")
    {
        HelpName = "N[,N…]",
        Description = "Show only the connections with these numbers; may be given several times.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => ObservationArguments.ConnectionNumbers(result),
    };

    private static readonly Option<Moment?> Since =
        Time("--from", "Show events from this time on: seconds since the start (1.5), or a time as in timeline.csv.");
    private static readonly Option<Moment?> Until = Time("--to", "Show events up to this time; see --from.");
    private static readonly Option<bool> Json =
        ObservationArguments.Flag("--json", "Print JSON Lines: one object per event, with the columns of timeline.csv as names.");

    private static readonly Option<bool> NoPager =
        ObservationArguments.Flag("--no-pager", "Do not use a pager on a terminal ($PAGER, default: less).");

    public static Command Create()
    {
        var command = new Command("show", "Prints the ladder of a recording.") { Source, Connections, Since, Until, Json, NoPager };
        ExpectOptions.AddTo(command);
        command.SetAction(parsed => Failures.Guard(() => Show(parsed)));
        return command;
    }

    private static int Show(ParseResult parsed)
    {
        var name = parsed.GetValue(Source)!;
        var expected = ExpectOptions.Read(parsed);
        var recording = Recording.Open(name);
        var wanted = new Selection(parsed.GetValue(Connections) ?? [], parsed.GetValue(Since), parsed.GetValue(Until));
        if (wanted.IsReversed(recording.Info.Start)) return Failures.Say("--from is later than --to: exchange them.", ExitCode.Usage);
        try
        {
            if (parsed.GetValue(Json)) return PrintJson(recording, wanted, expected, name);
            var selection = LadderOutput.Print(recording, wanted, expected, paged: !parsed.GetValue(NoPager) && !expected.IsAny);
            if (wanted.Missing(selection, recording, name) is { } missing) return Failures.Say(missing);
            using var output = Screen.Open();
            return expected.Report(output);
        }
        catch (ReaderGoneException)
        {
            return ExitCode.Done;
        }
    }

    private static int PrintJson(Recording recording, Selection wanted, Expected expected, string name)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 32 * 1024);
        var json = TimelineOutput.Json(output, recording.Info.Start);
        var selection = wanted.From(json, recording.Info.Start);
        Timeline.Correlate(recording, ConnectionChoice.Of(selection.Connections), [selection, .. expected.Watch(recording.Info)]);
        return wanted.Missing(selection, recording, name) is { } missing ? Failures.Say(missing) : expected.Report(output);
    }

    private static Option<Moment?> Time(string name, string description) => ObservationArguments.Value(
        name, "T", description, "seconds since the start such as 1.5, or a time such as 2026-11-23T06:01:02.5Z", Moment.Read);
}
