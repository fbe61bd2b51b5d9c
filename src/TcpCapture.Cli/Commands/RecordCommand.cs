using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Live;

namespace TcpCapture.Cli.Commands;

internal static class RecordCommand
{
    public static Command Create()
    {
        var command = new Command("record", "Records existing traffic and sockets until Ctrl-C.");
        foreach (var option in RecordArguments.All) command.Add(option);
        ExpectOptions.AddTo(command);
        command.Validators.Add(RecordArguments.Check);
        command.SetAction(parsed => Failures.Guard(() => Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var scope = new CaptureScope { Ports = parsed.GetValue(RecordArguments.Ports) ?? [], Title = "record" };
        var filter = parsed.GetValue(RecordArguments.Filter);
        var options = ObservationArguments.Session(
            parsed, RecordArguments.Interface, RecordArguments.States, RecordArguments.SampleInterval, RecordArguments.Follow,
            RecordArguments.Filter);
        var expected = ExpectOptions.Read(parsed);
        var path = parsed.GetValue(RecordArguments.Output) ?? ObservationArguments.NewFolder("record");
        using var interruption = new Interruption();
        var folder = OutputFolder.Create(path, parsed.GetValue(RecordArguments.Force));
        using var recorder = Recorder.Start(
            scope, folder, options, parsed.GetValue(RecordArguments.RotateSize), parsed.GetValue(RecordArguments.RotateTime),
            parsed.GetValue(RecordArguments.RotateKeep));
        var what = Describe(scope, filter);
        if (!Console.IsErrorRedirected)
            Console.Error.WriteLine($"Recording {what} on {recorder.Interface} into {folder.Path}; Ctrl-C ends it.");
        var live = new RecordOutput();
        var result = recorder.Run(parsed.GetValue(RecordArguments.Duration), interruption.Token, interruption.GivingUp, live.Show);
        StatusLine.Clear();
        if (parsed.GetValue(RecordArguments.Json)) RecordOutput.PrintJson(recorder.Interface, folder, result);
        else RecordOutput.Print(what, recorder.Interface, folder, result);
        var code = ExitCode.Done;
        foreach (var failure in result.Failures) code = Failures.Say(failure);
        if (code != ExitCode.Done || !expected.IsAny) return code;
        var recording = Recording.Open(folder.Path);
        Timeline.Correlate(recording, [.. expected.Watch(recording.Info)]);
        return expected.Report(Console.Error);
    }

    private static string Describe(CaptureScope scope, string? filter)
    {
        var ports = scope.Ports.Count switch
        {
            0 => "",
            1 => $"port {scope.Ports[0]}",
            _ => $"ports {string.Join(", ", scope.Ports)}",
        };
        if (string.IsNullOrWhiteSpace(filter)) return ports;
        return ports.Length == 0 ? $"'{filter}'" : $"{ports} and '{filter}'";
    }
}
