using System.CommandLine;
using System.CommandLine.Parsing;
using TcpCapture.Cli.Terminal;

namespace TcpCapture.Cli.Arguments;

/// <summary>The options for rules: <c>--expect</c>, <c>--expect-file</c>, <c>--junit</c>.</summary>
internal static class ExpectOptions
{
    private static readonly Option<string[]> Rules = new("--expect")
    {
        HelpName = "RULE",
        Description = "Rule to check: 'no resets', 'client closes first' (docs/expect.md); exit code 3 if it does not hold. May be "
            + "given several times.",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => ParseEach(result, ExpectationChecker.ReadRule, _ => "--expect"),
    };

    private static readonly Option<RuleFile[]> Files = new("--expect-file")
    {
        HelpName = "FILE",
        Description = "File with one rule per line; '#' begins a comment.",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => ParseEach(result, RuleFile.Read, file => $"--expect-file {file}"),
    };

    private static readonly Option<string?> JUnit =
        ObservationArguments.Text("--junit", "FILE", "Write the results of the rules as JUnit XML, for CI systems.");

    public static void AddTo(Command command)
    {
        command.Options.Add(Rules);
        command.Options.Add(Files);
        command.Options.Add(JUnit);
        command.Validators.Add(CheckJUnit);
    }

    /// <summary>Reads the rules and the result file.</summary>
    /// <exception cref="RuleFileException">A file of rules cannot be read.</exception>
    public static Expected Read(ParseResult parsed)
    {
        var rules = new List<string>(parsed.GetValue(Rules) ?? []);
        foreach (var file in parsed.GetValue(Files) ?? [])
        {
            if (file.Failure is { } failure) throw failure;
            rules.AddRange(file.Rules);
        }

        return new Expected([.. rules.Distinct()], parsed.GetValue(JUnit));
    }

    /// <summary>True for the options that name rules.</summary>
    /// <remarks>Another process receives <see cref="Expected.Arguments"/> instead, because a file may be a pipe.</remarks>
    public static bool NameRules(Option option) => option == Rules || option == Files;

    public static bool NamesJUnit(CommandResult command) => command.GetResult(JUnit) is { Implicit: false };

    private static void CheckJUnit(CommandResult command)
    {
        if (command.GetResult(JUnit)?.Tokens is [{ Value: "" }]) command.AddError("--junit takes a file name, not ''.");
        if (NamesJUnit(command) && command.GetResult(Rules) is null && command.GetResult(Files) is null)
            command.AddError("--junit writes the results of rules, but there is no rule: add --expect RULE or --expect-file FILE.");
    }

    /// <summary>Reads each value; an error message begins with what <paramref name="place"/> returns for the value.</summary>
    private static T[] ParseEach<T>(ArgumentResult result, Func<string, T> read, Func<string, string> place)
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            try
            {
                values.Add(read(token.Value));
            }
            catch (Exception error) when (error is TcpCaptureException or FormatException)
            {
                result.AddError($"{place(token.Value)}: {error.Message}");
            }
        }
        return [.. values];
    }
}

/// <summary>A file of rules. An unreadable file is reported when the command runs, because it is not wrong usage.</summary>
internal sealed record RuleFile(IReadOnlyList<string> Rules, RuleFileException? Failure)
{
    /// <exception cref="FormatException">A line is not a rule, or there is no rule.</exception>
    public static RuleFile Read(string path)
    {
        try
        {
            using var file = File.OpenText(path);
            var rules = ExpectationChecker.ReadRules(file);
            if (rules.Count == 0) throw new FormatException("The file holds no rule: write one rule per line.");
            return new RuleFile(rules, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var message = $"The rules in {path} cannot be read ({error.Message.TrimEnd('.')}): name another file.";
            return new RuleFile([], new RuleFileException(message, error));
        }
    }
}

internal sealed class RuleFileException(string message, Exception inner) : Exception(message, inner);
