using System.CommandLine;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Export.Output;
using TcpCapture.Recordings;
using TcpCapture.Recordings.Merging;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture merge A B</c></summary>
internal static class MergeCommand
{
    private static readonly Argument<string> First = new("first")
    {
        Description = $"One host's output folder, or the {Recording.FileName} in it; times will be on this host's clock.",
    };

    private static readonly Argument<string> Second = new("second") { Description = "The other host's; what its clock differs by is found out." };
    private static readonly Option<string?> Output = ObservationArguments.Output("merged-TIME");
    private static readonly Option<bool> Force = ObservationArguments.Force();

    public static Command Create()
    {
        var command = new Command("merge", "Makes one timeline of two recordings of the same connections, made on two hosts whose clocks need not agree.")
        {
            First, Second, Output, Force,
        };
        ExpectOptions.AddTo(command);
        command.SetAction(parsed => Failures.Guard(() =>
        {
            var first = Recording.Open(parsed.GetValue(First)!);
            var second = Recording.Open(parsed.GetValue(Second)!);
            var path = parsed.GetValue(Output) ?? FolderName.New("merged");
            return LadderOutput.Export(TwoHosts.Merge(first, second, () => OutputFolder.Create(path, parsed.GetValue(Force))), ExpectOptions.Read(parsed));
        }));
        return command;
    }
}
