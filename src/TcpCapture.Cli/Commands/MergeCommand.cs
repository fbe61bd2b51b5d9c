using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture merge A B</c></summary>
internal static class MergeCommand
{
    private static readonly Argument<string> First = new("first")
    {
        Description = $"One host's output folder, or the {Recording.FileName} in it; times are on this host's clock.",
    };

    private static readonly Argument<string> Second = new("second")
    {
        Description = "The other host's folder or file; the offset of its clock is computed.",
    };

    private static readonly Option<string?> Output = ObservationArguments.Output("merged-TIME");
    private static readonly Option<bool> Force = ObservationArguments.Force();

    public static Command Create()
    {
        var command = new Command("merge", "Joins the recordings of two hosts into one timeline; their clocks need not agree.")
        {
            First, Second, Output, Force,
        };
        ExpectOptions.AddTo(command);
        command.SetAction(parsed => Failures.Guard(() =>
        {
            var first = Recording.Open(parsed.GetValue(First)!);
            var second = Recording.Open(parsed.GetValue(Second)!);
            var path = parsed.GetValue(Output) ?? ObservationArguments.NewFolder("merged");
            var merged = Timeline.MergeHosts(first, second, () => OutputFolder.Create(path, parsed.GetValue(Force)));
            return LadderOutput.Export(merged, ExpectOptions.Read(parsed));
        }));
        return command;
    }
}
