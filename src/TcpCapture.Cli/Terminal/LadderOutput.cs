using TcpCapture.Cli.Arguments;
using TcpCapture.Export.Ladder;
using TcpCapture.Export.Output;
using TcpCapture.Pipeline;
using TcpCapture.Recordings;

namespace TcpCapture.Cli.Terminal;

/// <summary>Prints ladders.</summary>
internal static class LadderOutput
{
    /// <summary>Writes a run's files, prints its ladder while doing so, and says where the files are.</summary>
    /// <returns>The exit code: whether what is expected holds.</returns>
    public static int Export(OutputFolder folder, Expected? expected = null)
    {
        using var output = Screen.Open();
        folder.Export([info => new LadderPrinter(output, info, Screen.Ladder), .. expected?.Watchers ?? []]);
        output.WriteLine();
        output.WriteLine($"Files in {folder.Path}: {string.Join(", ", folder.Present)}");
        return expected?.Conclude(output) ?? ExitCode.Done;
    }

    /// <summary>Prints what is wanted of a recording's ladder, and how much was not.</summary>
    /// <returns>What was selected.</returns>
    /// <exception cref="ReaderGoneException">The pager was quit before the end.</exception>
    public static TimelineSelection Print(Recording recording, Selection wanted, Expected expected, bool paged)
    {
        using var output = paged ? Screen.OpenPaged() : Screen.Open();
        var options = Screen.Ladder;
        var ladder = new LadderPrinter(output, recording.Info, options);
        var selection = wanted.From(ladder, recording.Info.Start);
        Timeline.Correlate(recording, [selection, .. expected.Watch(recording.Info)]);
        if (selection.Shown == 0 && !wanted.IsAll) return selection; // nothing begun: what is wrong is said elsewhere
        if (Selection.Hidden(selection) is { } hidden)
        {
            output.WriteLine();
            output.WriteLine(options.Colour ? $"\e[2m{hidden}\e[0m" : hidden);
        }

        return selection;
    }
}
