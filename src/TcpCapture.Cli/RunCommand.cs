using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using TcpCapture.Exchange;
using TcpCapture.States;

namespace TcpCapture.Cli;

/// <summary><c>tcpcapture run SCENARIO…</c></summary>
internal static class RunCommand
{
    private static readonly Argument<string[]> ScenarioNames = new("scenario")
    {
        Description = "Scenarios to run, or 'all'; --list shows them.",
        HelpName = "SCENARIO",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> List = new("--list") { Description = "List the scenarios." };
    private static readonly Option<string?> Interface = new("--interface", "-i") { HelpName = "NAME", Description = "Interface to capture on ('any' works on Linux); default: loopback." };
    private static readonly Option<IPAddress?> Address = new("--address")
    {
        Description = "The server's address, IPv4 or IPv6; default: 127.0.0.1.",
        HelpName = "ADDRESS",
        CustomParser = ParseAddress,
    };

    private static readonly Option<int> Port = Number("--port", "The server's port.", 12345, 1, 65535);
    private static readonly Option<int> Messages = Number("--messages", "Messages the client sends before its last, 0 to 1000000.", 5, 0, 1_000_000);
    private static readonly Option<int> Backlog = Number("--backlog", "The backlog given to listen, 0 to 4096.", 5, 0, 4096);
    private static readonly Option<string?> Output = new("--output", "-o") { HelpName = "DIR", Description = "Folder for the files; default: a new one, SCENARIO-TIME." };
    private static readonly Option<bool> Force = new("--force") { Description = "Write into an output folder that is not empty, and replace what has the same name." };
    private static readonly Option<string?> States = OneOf<StateSourceChoice>(
        "--states", "Where socket states come from; default: auto, the first of the others that works here (traced needs root).");

    private static readonly Option<TimeSpan?> SampleInterval = Span("--sample-interval", "Time between two looks at a socket: 1ms, 500us; without a unit seconds. Default: 1ms.");
    private static readonly Option<TimeSpan?> Duration = Span("--duration", "End the observation after this long: 5s, 2m; without a unit seconds.");
    private static readonly Option<bool> Follow = new("--follow") { Description = "Stay until TIME_WAIT and FIN_WAIT_2 have ended." };
    private static readonly Option<string?> Filter = new("--filter") { HelpName = "EXPR", Description = "BPF expression that narrows the capture further." };
    private static readonly Option<string?> Role = OneOf<ExchangeRole>(
        "--role", "Which of the two programs run here; default: both. Run the other on another host, the server first, and merge the two folders.");

    private static readonly Option<bool> InSandbox = new("--sandbox") { Description = "Run in a private network namespace: no root needed, nothing of the machine is changed." };

    public static Command Create()
    {
        var command = new Command("run", "Runs a scenario, records it and prints it as a ladder.")
        {
            ScenarioNames, List, Interface, Address, Port, Messages, Backlog, Output, Force, States, SampleInterval, Duration,
            Follow, Filter, Role, InSandbox,
        };
        ExpectOptions.AddTo(command);
        ScenarioNames.CompletionSources.Add([.. Scenarios.All.Select(s => s.Name), "all"]);
        command.Validators.Add(CheckNames);
        command.SetAction(parsed => Failures.Guard(() => Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(List)) return PrintList();
        var names = parsed.GetValue(ScenarioNames)!;
        var scenarios = names.Contains("all") ? Scenarios.All : [.. names.Select(name => Scenarios.Find(name)!)];
        var code = ExitCode.Done;
        foreach (var scenario in scenarios)
        {
            var folder = FolderFor(parsed, scenario, scenarios.Count > 1);
            var own = RunOne(parsed, scenario, folder);
            if (code != ExitCode.CouldNot && own != ExitCode.Done) code = own; // what could not be done is worse than what broke a rule
        }

        return code;
    }

    private static int RunOne(ParseResult parsed, IScenario scenario, string folder)
    {
        var exchange = new ExchangeOptions
        {
            Address = parsed.GetValue(Address) ?? IPAddress.Loopback,
            Port = parsed.GetValue(Port),
            Messages = parsed.GetValue(Messages),
            Backlog = parsed.GetValue(Backlog),
            Role = Chosen<ExchangeRole>(parsed, Role),
            Duration = parsed.GetValue(Duration),
            IsPrivateNamespace = Sandbox.IsInside,
        };
        var needsSandbox = parsed.GetValue(InSandbox) || scenario.NeedsPrivateNamespaceFor(exchange);
        var expected = ExpectOptions.Read(parsed);
        if (needsSandbox && !Sandbox.IsInside)
            return Sandbox.Run(["run", scenario.Name, .. InnerArguments(parsed), .. expected.Arguments, "--output", folder]);

        using var interruption = new Interruption();
        var options = new CaptureSessionOptions
        {
            Interface = parsed.GetValue(Interface),
            States = Chosen<StateSourceChoice>(parsed, States),
            SampleInterval = parsed.GetValue(SampleInterval),
            Follow = parsed.GetValue(Follow),
            Filter = parsed.GetValue(Filter),
        };
        var made = Experiment.Run(
            scenario, exchange, options, () => OutputFolder.Create(folder, parsed.GetValue(Force)), Progress.Waiting, interruption.Token);
        Progress.End();
        return LadderOutput.Export(made, expected);
    }

    /// <summary>The options as they were given, rules aside, for the process inside the namespace.</summary>
    private static IEnumerable<string> InnerArguments(ParseResult parsed)
    {
        foreach (var result in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (result.Implicit || result.Option == Output || ExpectOptions.NameRules(result.Option)) continue;
            if (result.Tokens.Count == 0) yield return result.Option.Name;
            foreach (var token in result.Tokens)
            {
                yield return result.Option.Name; // again for each: a value alone would be taken for a scenario
                yield return token.Value;
            }
        }
    }

    private static string FolderFor(ParseResult parsed, IScenario scenario, bool several)
    {
        if (parsed.GetValue(Output) is { } given) return several ? Path.Combine(given, scenario.Name) : given;
        return FolderName.New(scenario.Name);
    }

    private static int PrintList()
    {
        var width = Scenarios.All.Max(s => s.Name.Length);
        foreach (var scenario in Scenarios.All) Console.WriteLine($"{scenario.Name.PadRight(width)}  {scenario.Summary}");
        return ExitCode.Done;
    }

    private static void CheckNames(CommandResult command)
    {
        var names = command.GetValue(ScenarioNames) ?? [];
        if ((names.Length > 1 || names.Contains("all")) && ExpectOptions.NamesJUnit(command))
            command.AddError("--junit takes the results of one scenario: run them one by one, each with a file of its own.");
        if (names.Length == 0 && !command.GetValue(List)) command.AddError("Name a scenario, or 'all'; 'tcpcapture run --list' shows them.");
        foreach (var name in names)
            if (name.StartsWith('-')) command.AddError($"There is no option '{name}'; 'tcpcapture run --help' shows them.");
            else if (name != "all" && Scenarios.Find(name) is null)
                command.AddError($"There is no scenario '{name}'; 'tcpcapture run --list' shows them.");
    }

    /// <summary>An option that takes one of an enumeration's names in lower case; without it the first one counts.</summary>
    private static Option<string?> OneOf<T>(string name, string description)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToArray();
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', names) };
        option.AcceptOnlyFromAmong(names);
        return option;
    }

    private static T Chosen<T>(ParseResult parsed, Option<string?> option)
        where T : struct, Enum => parsed.GetValue(option) is { } name ? Enum.Parse<T>(name, ignoreCase: true) : default;

    private static Option<int> Number(string name, string description, int value, int least, int most) => new(name)
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

    private static Option<TimeSpan?> Span(string name, string description) => new(name)
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

    private static IPAddress? ParseAddress(ArgumentResult result)
    {
        if (IPAddress.TryParse(result.Tokens[0].Value, out var address)) return address;
        result.AddError($"--address takes an IPv4 or IPv6 address, not '{result.Tokens[0].Value}'.");
        return null;
    }
}
