using System.CommandLine;
using TcpCapture.Recordings;

namespace TcpCapture.Cli;

/// <summary><c>tcpcapture show RECORDING</c></summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Source = new("recording")
    {
        Description = $"An output folder, or the {Recording.FileName} in one, wherever it is now.",
    };

    public static Command Create()
    {
        var command = new Command("show", "Prints the timeline of a recording as a ladder.") { Source };
        ExpectOptions.AddTo(command);
        command.SetAction(parsed => Failures.Guard(() =>
        {
            var expected = ExpectOptions.Read(parsed);
            return LadderOutput.Print(Recording.Open(parsed.GetValue(Source)!), expected);
        }));
        return command;
    }
}
