using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TcpCapture.Live.States;

namespace TcpCapture.Cli.Arguments;

/// <summary>The options that every command which records has, and what they are made of.</summary>
internal static class ObservationArguments
{
    public static Option<string?> Interface(string otherwise) => new("--interface", "-i")
    {
        HelpName = "NAME",
        Description = $"Interface to capture on ('any' works on Linux); default: {otherwise}.",
    };

    public static Option<string?> Output(string otherwise) => new("--output", "-o")
    {
        HelpName = "DIR",
        Description = $"Folder for the files; default: a new one, {otherwise}.",
    };

    public static Option<bool> Force() => new("--force") { Description = "Write into an output folder that is not empty, and replace what has the same name." };

    public static Option<string?> States() => OneOf<StateSourceChoice>(
        "--states", "Where socket states come from; default: auto, the first of the others that works here (traced needs root).");

    public static Option<TimeSpan?> SampleInterval() => Span("--sample-interval", "Time between two looks at a socket: 1ms, 500us. Default: 1ms.");

    public static Option<bool> Follow() => new("--follow") { Description = "Stay until TIME_WAIT and FIN_WAIT_2 have ended." };

    public static Option<string?> Filter() => new("--filter") { HelpName = "EXPR", Description = "BPF expression that narrows the capture further." };

    /// <summary>The options as they were given, but for one and for rules, for the same command in another process.</summary>
    public static IEnumerable<string> Given(ParseResult parsed, Option leftOut)
    {
        foreach (var result in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (result.Implicit || result.Option == leftOut || ExpectOptions.NameRules(result.Option)) continue;
            if (result.Tokens.Count == 0) yield return result.Option.Name;
            foreach (var token in result.Tokens)
            {
                yield return result.Option.Name; // again for each: a value alone would be taken for an argument
                yield return token.Value;
            }
        }
    }

    /// <summary>An option that takes one of an enumeration's names in lower case; without it the first one counts.</summary>
    public static Option<string?> OneOf<T>(string name, string description)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToArray();
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', names) };
        option.CompletionSources.Add(names);
        option.Validators.Add(result =>
        {
            // The library's own check says what is wrong in five lines, without the option's name.
            if (result.Tokens.Count > 0 && !names.Contains(result.Tokens[0].Value))
                result.AddError($"{name} takes one of {string.Join(", ", names)}, not '{result.Tokens[0].Value}'.");
        });
        return option;
    }

    /// <summary>What was chosen of such an option's names.</summary>
    public static T Chosen<T>(ParseResult parsed, Option<string?> option)
        where T : struct, Enum => parsed.GetValue(option) is { } name ? Enum.Parse<T>(name, ignoreCase: true) : default;

    /// <summary>An option that takes a whole number.</summary>
    public static Option<int> Number(string name, string description, int value, int least, int most) => new(name)
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) && given >= least && given <= most)
                return given;
            result.AddError($"{name} takes a number from {least} to {most}, not '{text}'.");
            return value;
        },
    };

    /// <summary>An option that takes a length of time.</summary>
    public static Option<TimeSpan?> Span(string name, string description) => new(name)
    {
        HelpName = "TIME",
        Description = description,
        CustomParser = result =>
        {
            if (TimeText.TryParse(result.Tokens[0].Value, out var span)) return span;
            result.AddError($"{name} takes a length of time such as 500us, 1ms, 5s or 2m, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };
}
