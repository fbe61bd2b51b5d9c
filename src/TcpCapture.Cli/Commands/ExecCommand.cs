using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Live;
using TcpCapture.Model;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture exec --port N [--server CMD] -- CMD…</c></summary>
internal static class ExecCommand
{
    private const string Auto = "auto";
    private const string NoCommand = "Write the client's command after '--': tcpcapture exec --port 8080 -- curl http://localhost:8080/";

    private static readonly Argument<string[]> Client = new("command")
    {
        Description = "The client: a program and its arguments, after '--'.",
        HelpName = "CMD",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Port = ObservationArguments.Text(
        "--port", $"N|{Auto}", $"The TCP port to observe, or '{Auto}' for all connections that the programs open.");

    private static readonly Option<string?> Server = ObservationArguments.Text(
        "--server", "CMD",
        "Start this server first, wait until it listens, and stop it afterwards. One string: blanks separate words, "
        + "quotes keep them together; no shell is used.");

    private static readonly Option<TimeSpan?> ServerTimeout =
        ObservationArguments.Span("--server-timeout", "How long the server may take to listen. Default: 10s.");
    private static readonly Option<bool> UntilServer = ObservationArguments.Flag(
        "--until-server", "Wait until the server ends by itself, instead of stopping it after the client.");

    private static readonly Option<TimeSpan?> ClosingTime =
        ObservationArguments.Span("--closing-time", "How long closing connections are followed at the end. Default: 1s; see --follow.");

    private static readonly Option<bool> Ladder = ObservationArguments.Flag("--ladder", "Print the ladder on stdout, after the client.");
    private static readonly Option<string?> Interface = ObservationArguments.Interface("any");
    private static readonly Option<string?> Output = ObservationArguments.Output("exec-TIME");
    private static readonly Option<bool> Force = ObservationArguments.Force();
    private static readonly Option<string?> States = ObservationArguments.States();
    private static readonly Option<TimeSpan?> SampleInterval = ObservationArguments.SampleInterval();
    private static readonly Option<TimeSpan?> Duration =
        ObservationArguments.Span("--duration", "Send SIGTERM to the client after this time: 5s, 2m.");
    private static readonly Option<bool> Follow = ObservationArguments.Follow();
    private static readonly Option<string?> Filter = ObservationArguments.Filter();
    private static readonly Option<bool> InSandbox = ObservationArguments.Flag(
        "--sandbox", "Run the programs in a private network namespace, where they reach only each other: needs no root.");

    public static Command Create()
    {
        var command = new Command("exec", "Runs your own programs, unmodified, and records them.")
        {
            Port, Server, ServerTimeout, UntilServer, ClosingTime, Ladder, Interface, Output, Force, States, SampleInterval, Duration,
            Follow, Filter, InSandbox, Client,
        };
        Port.CompletionSources.Add(Auto);
        ExpectOptions.AddTo(command);
        command.Validators.Add(Check);
        command.SetAction(parsed => Failures.Guard(() => Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (!parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash))
        {
            // Without it, the client's options would be read as options of this command.
            Console.Error.WriteLine(NoCommand);
            return ExitCode.Usage;
        }

        var expected = ExpectOptions.Read(parsed);
        var folder = parsed.GetValue(Output) ?? ObservationArguments.NewFolder("exec");
        if (parsed.GetValue(InSandbox))
        {
            if (!Sandbox.IsInside)
            {
                var given = ObservationArguments.Given(parsed, Output);
                return Sandbox.Run(["exec", .. given, .. expected.Arguments, "--output", folder, "--", .. parsed.GetValue(Client)!]);
            }

            Sandbox.Enter();
        }

        var session = ObservationArguments.Session(parsed, Interface, States, SampleInterval, Follow, Filter);
        var run = Programs(parsed, session);
        using var signals = new ProgramSignals(run);
        var made = run.RunAsync(() => OutputFolder.Create(folder, parsed.GetValue(Force)), signals.Killed).GetAwaiter().GetResult();
        var exitCode = run.ExitCode ?? ExitCode.Failed;
        StatusLine.Clear();
        try
        {
            // Scripts need the client's exit code, so that of the rules is used only if the client succeeded.
            var judged = Export(parsed, made, expected);
            return exitCode == ExitCode.Done ? judged : exitCode;
        }
        catch (TcpCaptureException error) when (error.Problem == Problem.OutputUnwritable)
        {
            Failures.Say(error);
            return exitCode == ExitCode.Done ? ExitCode.Failed : exitCode;
        }
    }

    private static ProgramRun Programs(ParseResult parsed, CaptureSessionOptions session) => new(session)
    {
        Client = parsed.GetValue(Client)!,
        Server = parsed.GetValue(Server) is { } server && ProgramRun.TrySplit(server, out var words, out _) ? words : null,
        Port = PortOf(parsed.GetValue(Port)!),
        ServerTimeout = parsed.GetValue(ServerTimeout) ?? ProgramRun.DefaultServerTimeout,
        UntilServer = parsed.GetValue(UntilServer),
        ClosingTime = parsed.GetValue(ClosingTime) ?? ProgramRun.DefaultClosingTime,
        Duration = parsed.GetValue(Duration),
        Said = Say,
        Following = StatusLine.ShowFollowing,
    };

    /// <summary>Writes the files and prints on stderr, because stdout belongs to the client.</summary>
    /// <returns>The exit code of the rules.</returns>
    private static int Export(ParseResult parsed, OutputFolder folder, Expected expected)
    {
        using var output = parsed.GetValue(Ladder) ? Screen.Open() : null;
        var count = new TimelineCount();
        var findings = folder.Export([Count, .. expected.Watchers]);
        output?.Flush(); // before the output on stderr
        if (count.Outcome.Length > 0) Say($"{count.Outcome}.");
        Say($"{count}, {UnitText.Count(findings.Count, "finding")}{Weakness(count.End)}.");
        if (output is null) LadderOutput.PrintFindings(Console.Error, findings, folder.Path); // the ladder holds them too
        if (count.Segments == 0) Say(NoSegments(parsed, count.End));
        Say($"Files in {folder.Path}; 'tcpcapture show {folder.Path}' prints the timeline.");
        return expected.Report(Console.Error);

        ITimelineSink Count(RecordingInfo info)
        {
            if (output is not null) count.Next = Screen.Ladder(output, info);
            return count;
        }
    }

    /// <summary>Clauses about missing or uncertain parts of the recording; empty if there are none.</summary>
    private static string Weakness(TimelineEnd end)
    {
        var text = "";
        if (end.ConnectionsLeftOut > 0) text += $"; left out: {end.ConnectionsLeftOut} of other processes";
        if (end.ConnectionsOfUnknownOwner > 0)
            text += $"; owner unknown for {UnitText.Count(end.ConnectionsOfUnknownOwner, "connection")}";
        if (end.DroppedByKernel is > 0 and { } dropped)
            text += $"; {UnitText.Count(dropped, "frame")} dropped because the capture buffer was full";
        if (end.LostKernelEvents is > 0 and { } lost) text += $"; {UnitText.Count(lost, "kernel event")} lost";
        return text;
    }

    private static string NoSegments(ParseResult parsed, TimelineEnd end) =>
        end.ConnectionsLeftOut > 0 ? "The programs had no connection on this port; other processes did."
        : PortOf(parsed.GetValue(Port)!) is { } port ? $"No TCP segment to or from port {port} was captured: check the port, "
            + "or use '--port auto' to record all connections of the programs."
        : "The programs sent no TCP segment.";

    private static void Say(string text) => Console.Error.WriteLine("tcpcapture: " + text.ReplaceLineEndings(" "));

    private static ushort? PortOf(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static void Check(CommandResult command)
    {
        var words = command.GetValue(Client) ?? [];
        if (words.Length == 0) command.AddError(NoCommand);
        var port = command.GetValue(Port);
        if (port is null)
            command.AddError($"Name the port to observe with --port, or use '--port {Auto}' for all connections that the programs open.");
        else if (port != Auto && PortOf(port) is null or 0)
            command.AddError($"--port takes a number from 1 to 65535, or '{Auto}', not '{port}'.");
        var server = command.GetValue(Server);
        if (server is not null && !ProgramRun.TrySplit(server, out _, out var mistake))
            command.AddError($"--server cannot be split into words: {mistake}.");
        if (server is null && command.GetValue(UntilServer)) command.AddError("--until-server needs a server: name it with --server.");
    }
}
