using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Export.Json;
using TcpCapture.Recordings;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture show RECORDING</c></summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Source = new("recording")
    {
        Description = $"An output folder, or the {Recording.FileName} in one, wherever it is now.",
    };

    private static readonly Option<int[]> Connections = new("--connection", "-c")
    {
        HelpName = "N[,N…]",
        Description = "Show only these connections, by their numbers; may be given several times.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParseNumbers,
    };

    private static readonly Option<Moment?> Since = Time("--from", "Show nothing before: seconds since the start (1.5), or a time as in timeline.csv.");
    private static readonly Option<Moment?> Until = Time("--to", "Show nothing after; see --from.");
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON Lines: an object an event, with the columns of timeline.csv as names." };
    private static readonly Option<bool> NoPager = new("--no-pager") { Description = "Do not page on a terminal (through $PAGER, default: less)." };

    public static Command Create()
    {
        var command = new Command("show", "Prints the timeline of a recording as a ladder.") { Source, Connections, Since, Until, Json, NoPager };
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
            return expected.Conclude(output);
        }
        catch (ReaderGoneException)
        {
            return ExitCode.Done;
        }
    }

    private static int PrintJson(Recording recording, Selection wanted, Expected expected, string name)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 32 * 1024);
        using var json = new TimelineJson(output, recording.Info.Start);
        var selection = wanted.From(json, recording.Info.Start);
        Timeline.Correlate(recording, [selection, .. expected.Watch(recording.Info)]);
        return wanted.Missing(selection, recording, name) is { } missing ? Failures.Say(missing) : expected.Conclude(output);
    }

    private static int[] ParseNumbers(ArgumentResult result)
    {
        var numbers = new List<int>();
        foreach (var word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) numbers.Add(number);
            else result.AddError($"--connection takes numbers from 1, separated by commas, not '{word}'.");
        }

        return [.. numbers];
    }

    private static Option<Moment?> Time(string name, string description) => new(name)
    {
        HelpName = "T",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Moment.TryParse(text, out var moment)) return moment;
            result.AddError($"{name} takes seconds since the start such as 1.5, or a time such as 2026-11-23T06:01:02.5Z, not '{text}'.");
            return null;
        },
    };
}
