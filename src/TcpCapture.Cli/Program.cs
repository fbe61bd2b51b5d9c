using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using TcpCapture.Cli.Commands;

namespace TcpCapture.Cli;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        // A RootCommand would be named after the assembly, not "tcpcapture".
        var command = new Command("tcpcapture", "Records TCP connections and shows calls, segments and socket states in one timeline.")
        {
            RunCommand.Create(),
            ExecCommand.Create(),
            RecordCommand.Create(),
            AnalyzeCommand.Create(),
            MergeCommand.Create(),
            ShowCommand.Create(),
            InterfacesCommand.Create(),
            DoctorCommand.Create(),
            CompletionsCommand.Create(),
            new HelpOption { Recursive = true },
            new VersionOption(),
        };
        command.Add(CompletionsCommand.CreateHidden(command));
        var parsed = command.Parse(arguments);
        if (parsed.Action is ParseErrorAction mistake) mistake.ShowHelp = arguments.Length == 0;
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}

internal static class ExitCode
{
    public const int Done = 0;
    public const int Usage = 1;
    public const int Failed = 2;
    public const int Unexpected = 3; // done, but a rule of --expect is broken or cannot be decided
}
