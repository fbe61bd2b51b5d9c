using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TcpCapture.Live;

namespace TcpCapture.Cli.Arguments;

/// <summary>The options that several commands share, and builders for options.</summary>
internal static class ObservationArguments
{
    public static Option<string?> Interface(string otherwise) =>
        Text("--interface", "NAME", $"Interface to capture on ('any' works on Linux); default: {otherwise}.", "-i");

    public static Option<string?> Output(string otherwise) =>
        Text("--output", "DIR", $"Folder for the files; default: a new one, {otherwise}.", "-o");

    public static Option<bool> Force() => Flag("--force", "Use an output folder that is not empty, and replace files of the same names.");

    public static Option<bool> Json() => Flag("--json", "Print JSON.");

    public static Option<string?> States() => OneOf<StateSourceChoice>(
        "--states", "Where socket states come from (traced needs root); default: auto, the first of the others that works here.");

    public static Option<TimeSpan?> SampleInterval() =>
        Span("--sample-interval", "Time between two samples of a socket: 1ms, 500us. Default: 1ms.");

    public static Option<bool> Follow() => Flag("--follow", "Stay until TIME_WAIT and FIN_WAIT_2 have ended.");

    public static Option<string?> Filter() => Text("--filter", "EXPR", "BPF expression that narrows the capture further.");

    /// <summary>The session's options from the values of these command-line options.</summary>
    public static CaptureSessionOptions Session(
        ParseResult parsed, Option<string?> interfaceName, Option<string?> states, Option<TimeSpan?> sampleInterval, Option<bool> follow,
        Option<string?> filter) => new()
        {
            Interface = parsed.GetValue(interfaceName),
            States = Chosen<StateSourceChoice>(parsed, states),
            SampleInterval = parsed.GetValue(sampleInterval),
            Follow = parsed.GetValue(follow),
            Filter = parsed.GetValue(filter),
        };

    /// <summary>A new folder name of the form <c>run-20261123-163512</c>.</summary>
    public static string NewFolder(string prefix)
    {
        var name = $"{prefix}-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        var free = name;
        for (var i = 2; Directory.Exists(free) || File.Exists(free); i++) free = $"{name}-{i}";
        return free;
    }

    /// <summary>The given options, except one and those that name rules, to run this command in another process.</summary>
    public static IEnumerable<string> Given(ParseResult parsed, Option except)
    {
        foreach (var result in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (result.Implicit || result.Option == except || ExpectOptions.NameRules(result.Option)) continue;
            if (result.Tokens.Count == 0) yield return result.Option.Name;
            foreach (var token in result.Tokens)
            {
                yield return result.Option.Name; // a value without the name would be an argument
                yield return token.Value;
            }
        }
    }

    /// <summary>An option that takes a name of an enumeration in lower case; the default is its first name.</summary>
    public static Option<string?> OneOf<T>(string name, string description)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToArray();
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', names) };
        option.CompletionSources.Add(names);
        option.Validators.Add(result =>
        {
            // System.CommandLine's own message has five lines and does not name the option.
            if (result.Tokens.Count > 0 && !names.Contains(result.Tokens[0].Value))
                result.AddError($"{name} takes one of {string.Join(", ", names)}, not '{result.Tokens[0].Value}'.");
        });
        return option;
    }

    public static T Chosen<T>(ParseResult parsed, Option<string?> option)
        where T : struct, Enum => parsed.GetValue(option) is { } name ? Enum.Parse<T>(name, ignoreCase: true) : default;

    public static Option<int> Number(string name, string description, int value, int minimum, int maximum) => new(name)
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given);
            if (isNumber && given >= minimum && given <= maximum) return given;
            result.AddError($"{name} takes a number from {minimum} to {maximum}, not '{text}'.");
            return value;
        },
    };

    public static Option<TimeSpan?> Span(string name, string description, TimeSpan minimum = default)
    {
        var limit = minimum > TimeSpan.Zero ? $" of at least {(int)minimum.TotalSeconds} s" : "";
        return Value(
            name, "TIME", description, $"a duration{limit} such as 500us, 1ms, 5s or 2m",
            text => UnitText.ReadTime(text) is { } span && span >= minimum ? span : (TimeSpan?)null);
    }

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<string?> Text(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = helpName, Description = description };

    /// <summary>An option with a value that <paramref name="read"/> parses; it returns null for a mistake.</summary>
    public static Option<T?> Value<T>(string name, string helpName, string description, string expected, Func<string, T?> read) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (read(text) is { } value) return value;
            result.AddError($"{name} takes {expected}, not '{text}'.");
            return default;
        },
    };

    /// <summary>Reads connection numbers separated by commas; <paramref name="others"/> decides on other words.</summary>
    public static int[] ConnectionNumbers(ArgumentResult result, Predicate<string>? others = null)
    {
        var orAll = others is null ? "" : ", or all";
        var numbers = new List<int>();
        foreach (var word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) numbers.Add(number);
            else if (others?.Invoke(word) != true)
                result.AddError($"--connection takes numbers from 1, separated by commas{orAll}, not '{word}'.");
        }

        return [.. numbers];
    }
}
