using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Live;
using TcpCapture.Model;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture run SCENARIO…</c></summary>
internal static class RunCommand
{
    private static readonly Argument<string[]> ScenarioNames = new("scenario")
    {
        Description = "Scenarios to run, or 'all'; --list lists them.",
        HelpName = "SCENARIO",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<bool> List = ObservationArguments.Flag("--list", "List the scenarios.");
    private static readonly Option<IPAddress?> Address = ObservationArguments.Value(
        "--address", "ADDRESS", "The server's address, IPv4 or IPv6; default: 127.0.0.1.", "an IPv4 or IPv6 address",
        text => IPAddress.TryParse(text, out var address) ? address : null);

    private static readonly Option<string?> Interface = ObservationArguments.Interface("loopback");
    private static readonly Option<string?> Output = ObservationArguments.Output("SCENARIO-TIME");
    private static readonly Option<bool> Force = ObservationArguments.Force();
    private static readonly Option<string?> States = ObservationArguments.States();
    private static readonly Option<TimeSpan?> SampleInterval = ObservationArguments.SampleInterval();
    private static readonly Option<TimeSpan?> Duration =
        ObservationArguments.Span("--duration", "End the observation after this time: 5s, 2m.");
    private static readonly Option<bool> Follow = ObservationArguments.Follow();
    private static readonly Option<string?> Filter = ObservationArguments.Filter();
    private static readonly Option<bool> InSandbox = ObservationArguments.Flag(
        "--sandbox", "Run in a private network namespace: needs no root and changes nothing on the machine.");

    private static readonly Option<int> Port =
        ObservationArguments.Number("--port", "The server's port; default: 12345.", 12345, 1, 65535);
    private static readonly Option<int> Messages =
        ObservationArguments.Number("--messages", "Messages before the client's last one, 0 to 1000000; default: 5.", 5, 0, 1_000_000);
    private static readonly Option<int> Backlog =
        ObservationArguments.Number("--backlog", "The backlog given to listen, 0 to 4096; default: 5.", 5, 0, 4096);

    private static readonly Option<string?> Role = ObservationArguments.OneOf<ScenarioRole>(
        "--role", "Which programs run here; default: both. Run the other one on another host, the server first, then merge.");

    public static Command Create()
    {
        var command = new Command("run", "Runs a scenario, records it, and prints its ladder.")
        {
            ScenarioNames, List, Interface, Address, Port, Messages, Backlog, Output, Force, States, SampleInterval, Duration,
            Follow, Filter, Role, InSandbox,
        };
        ExpectOptions.AddTo(command);
        ScenarioNames.CompletionSources.Add([.. Scenario.All.Select(s => s.Name), "all"]);
        command.Validators.Add(CheckNames);
        command.SetAction(parsed => Failures.Guard(() => Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(List)) return PrintList();
        var names = parsed.GetValue(ScenarioNames)!;
        var scenarios = names.Contains("all") ? Scenario.All : [.. names.Select(name => Scenario.Find(name)!)];
        var code = ExitCode.Done;
        foreach (var scenario in scenarios)
        {
            var folder = FolderFor(parsed, scenario, scenarios.Count > 1);
            var own = RunOne(parsed, scenario, folder);
            if (code != ExitCode.Failed && own != ExitCode.Done) code = own; // a failure takes precedence over a broken rule
        }

        return code;
    }

    private static int RunOne(ParseResult parsed, Scenario scenario, string folder)
    {
        scenario = scenario with
        {
            Address = parsed.GetValue(Address) ?? IPAddress.Loopback,
            Port = parsed.GetValue(Port),
            Messages = parsed.GetValue(Messages),
            Backlog = parsed.GetValue(Backlog),
            OnlySide = ObservationArguments.Chosen<ScenarioRole>(parsed, Role) switch
            {
                ScenarioRole.Server => Side.Server,
                ScenarioRole.Client => Side.Client,
                _ => null,
            },
            Duration = parsed.GetValue(Duration),
            IsPrivateNamespace = Sandbox.IsInside,
        };
        var needsSandbox = parsed.GetValue(InSandbox) || scenario.NeedsPrivateNamespace;
        var expected = ExpectOptions.Read(parsed);
        if (needsSandbox && !Sandbox.IsInside)
        {
            var given = ObservationArguments.Given(parsed, Output);
            return Sandbox.Run(["run", scenario.Name, .. given, .. expected.Arguments, "--output", folder]);
        }

        using var interruption = new Interruption();
        var options = ObservationArguments.Session(parsed, Interface, States, SampleInterval, Follow, Filter);
        var made = scenario.Run(
            options, () => OutputFolder.Create(folder, parsed.GetValue(Force)), StatusLine.ShowFollowing, interruption.Token);
        StatusLine.Clear();
        return LadderOutput.Export(made, expected);
    }

    private static string FolderFor(ParseResult parsed, Scenario scenario, bool several)
    {
        if (parsed.GetValue(Output) is { } given) return several ? Path.Combine(given, scenario.Name) : given;
        return ObservationArguments.NewFolder(scenario.Name);
    }

    private static int PrintList()
    {
        var width = Scenario.All.Max(s => s.Name.Length);
        foreach (var scenario in Scenario.All) Console.WriteLine($"{scenario.Name.PadRight(width)}  {scenario.Summary}");
        return ExitCode.Done;
    }

    private static void CheckNames(CommandResult command)
    {
        var names = command.GetValue(ScenarioNames) ?? [];
        if ((names.Length > 1 || names.Contains("all")) && ExpectOptions.NamesJUnit(command))
            command.AddError("--junit takes the results of one scenario: run the scenarios one by one, each with its own file.");
        if (names.Length == 0 && !command.GetValue(List))
            command.AddError("Name a scenario, or 'all'; 'tcpcapture run --list' lists them.");
        foreach (var name in names)
            if (name.StartsWith('-')) command.AddError($"There is no option '{name}'; 'tcpcapture run --help' lists them.");
            else if (name != "all" && Scenario.Find(name) is null)
                command.AddError($"There is no scenario '{name}'; 'tcpcapture run --list' lists them.");
    }

    /// <summary>The values of <c>--role</c>.</summary>
    private enum ScenarioRole
    {
        Both,
        Server,
        Client,
    }
}
