using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using TcpCapture.Cli.Commands;

namespace TcpCapture.Cli;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        // A RootCommand would call itself by the assembly's name, which is not the one people type.
        var command = new Command("tcpcapture", "Records a TCP exchange and shows calls, segments and socket states in one timeline.")
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
        command.Add(CompletionsCommand.CreateAsking(command));
        var parsed = command.Parse(arguments);
        if (parsed.Action is ParseErrorAction mistake) mistake.ShowHelp = arguments.Length == 0;
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
