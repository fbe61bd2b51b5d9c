using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture analyze FILE…</c></summary>
internal static class AnalyzeCommand
{
    public static Command Create()
    {
        var command = new Command("analyze", "Tells what happened on each connection of captures made by others.") { AnalyzeArguments.Files };
        foreach (var option in AnalyzeArguments.Options) command.Add(option);
        ExpectOptions.AddTo(command);
        command.Validators.Add(AnalyzeArguments.Check);
        command.SetAction(parsed => Failures.Guard(() => new AnalyzeRun(parsed).Run()));
        return command;
    }
}
