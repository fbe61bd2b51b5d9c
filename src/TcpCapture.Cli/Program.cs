using System.CommandLine;

namespace TcpCapture.Cli;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        var root = new RootCommand("Records a TCP exchange and shows calls, segments and socket states in one timeline.")
        {
            RunCommand.Create(),
            ShowCommand.Create(),
            InterfacesCommand.Create(),
            DoctorCommand.Create(),
        };
        return root.Parse(arguments).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
