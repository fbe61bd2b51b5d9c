using System.CommandLine;
using System.CommandLine.Parsing;
using TcpCapture.Cli.Terminal;

namespace TcpCapture.Cli.Arguments;

/// <summary>The options of every command that has a timeline to hold rules against: <c>--expect</c>, <c>--expect-file</c>, <c>--junit</c>.</summary>
internal static class ExpectOptions
{
    private static readonly Option<Expectation[]> Rules = new("--expect")
    {
        HelpName = "RULE",
        Description = "A sentence that has to hold, or the exit code is 3: 'no resets', 'client closes first' (docs/expect.md); may be given several times.",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParseRules,
    };

    private static readonly Option<RuleFile[]> Files = new("--expect-file")
    {
        HelpName = "FILE",
        Description = "A file of such sentences, one a line; '#' begins a comment.",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParseFiles,
    };

    private static readonly Option<string?> JUnit = new("--junit")
    {
        HelpName = "FILE",
        Description = "Write what became of the sentences as JUnit XML, for CI systems.",
    };

    /// <summary>Gives a command these options.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(Rules);
        command.Options.Add(Files);
        command.Options.Add(JUnit);
        command.Validators.Add(CheckJUnit);
    }

    /// <summary>What is expected, as given on the command line.</summary>
    /// <exception cref="RuleFileException">A file of rules cannot be read.</exception>
    public static Expected Read(ParseResult parsed)
    {
        var rules = new List<Expectation>(parsed.GetValue(Rules) ?? []);
        foreach (var file in parsed.GetValue(Files) ?? [])
        {
            if (file.Failure is { } failure) throw failure;
            rules.AddRange(file.Rules);
        }

        return new Expected([.. rules.Distinct()], parsed.GetValue(JUnit));
    }

    /// <summary>
    /// True for the options that name rules. A command that runs itself again hands on <see cref="Expected.Arguments"/>
    /// in their place: a file may be a pipe, which cannot be read a second time.
    /// </summary>
    public static bool NameRules(Option option) => option == Rules || option == Files;

    /// <summary>True if a file for results was named.</summary>
    public static bool NamesJUnit(CommandResult command) => command.GetResult(JUnit) is { Implicit: false };

    private static void CheckJUnit(CommandResult command)
    {
        if (command.GetResult(JUnit)?.Tokens is [{ Value: "" }]) command.AddError("--junit takes the name of a file, not ''.");
        if (NamesJUnit(command) && command.GetResult(Rules) is null && command.GetResult(Files) is null)
            command.AddError("--junit writes what became of rules, and none is given: add --expect RULE or --expect-file FILE.");
    }

    private static Expectation[] ParseRules(ArgumentResult result)
    {
        var rules = new List<Expectation>();
        foreach (var token in result.Tokens)
        {
            try
            {
                rules.Add(Expectation.Parse(token.Value));
            }
            catch (QueryException error)
            {
                result.AddError($"--expect: {error.Message}");
            }
        }

        return [.. rules];
    }

    private static RuleFile[] ParseFiles(ArgumentResult result)
    {
        var files = new List<RuleFile>();
        foreach (var token in result.Tokens)
        {
            try
            {
                files.Add(RuleFile.Read(token.Value));
            }
            catch (QueryException error)
            {
                result.AddError($"--expect-file {token.Value}: {error.Message}");
            }
        }

        return [.. files];
    }
}
