using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Live;

namespace TcpCapture.Cli.Commands;

internal static class InterfacesCommand
{
    public static Command Create()
    {
        var json = ObservationArguments.Json();
        var command = new Command("interfaces", "Lists the interfaces to capture on.") { json };
        command.SetAction(parsed => Failures.Guard(() =>
        {
            var interfaces = CaptureInterface.List();
            if (parsed.GetValue(json)) PrintJson(interfaces);
            else PrintTable(interfaces);
            return ExitCode.Done;
        }));
        return command;
    }

    private static void PrintTable(IReadOnlyList<CaptureInterface> interfaces)
    {
        var width = interfaces.Select(i => i.Name.Length).Append(9).Max();
        foreach (var found in interfaces)
        {
            var what = string.Join(", ", found.Addresses.Select(a => a.ToString()).DefaultIfEmpty(found.Description));
            var state = found.IsUp ? "up  " : "down";
            Console.WriteLine($"{found.Name.PadRight(width)}  {state}  {what}{(found.IsLoopback ? "  (the default)" : "")}");
        }
    }

    private static void PrintJson(IReadOnlyList<CaptureInterface> interfaces) => Screen.WriteJson(interfaces, (json, found) =>
    {
        json.WriteString("name", found.Name);
        json.WriteString("description", found.Description);
        json.WriteBoolean("up", found.IsUp);
        json.WriteBoolean("loopback", found.IsLoopback);
        json.WriteStrings("addresses", found.Addresses.Select(address => address.ToString()));
    });
}
