using TcpCapture.Cli.Arguments;
using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

internal static class LadderOutput
{
    private const int MaxFindings = 10;

    /// <summary>Prints the first findings, and where the others are.</summary>
    public static void PrintFindings(TextWriter output, IReadOnlyList<Finding> findings, string folder)
    {
        TimelineOutput.WriteFindings(output, findings.Take(MaxFindings), Screen.ErrorWidth);
        if (findings.Count > MaxFindings) output.WriteLine($"… and {findings.Count - MaxFindings} more: tcpcapture show {folder}");
    }

    /// <summary>Writes a run's files, and prints its ladder and where the files are. Returns the exit code of the rules.</summary>
    public static int Export(OutputFolder folder, Expected? expected = null)
    {
        using var output = Screen.Open();
        var count = new TimelineCount();
        folder.Export([Count, .. expected?.Watchers ?? []]);
        output.WriteLine();
        if (count.Outcome.Length > 0) output.WriteLine(Screen.Fold($"{count.Outcome}."));
        output.WriteLine($"Files in {folder.Path}: {string.Join(", ", folder.Present)}");
        return expected?.Report(output) ?? ExitCode.Done;

        ITimelineSink Count(RecordingInfo info)
        {
            count.Next = Screen.Ladder(output, info);
            return count;
        }
    }

    /// <summary>Prints the selected part of a recording's ladder, and counts the other events.</summary>
    /// <exception cref="ReaderGoneException">The pager was quit before the end.</exception>
    public static TimelineSelection Print(TextWriter output, Recording recording, Selection wanted, Expected expected)
    {
        var ladder = Screen.Ladder(output, recording.Info);
        var selection = wanted.From(ladder, recording.Info.Start);
        Timeline.Correlate(recording, ConnectionChoice.Of(selection.Connections), [selection, .. expected.Watch(recording.Info)]);
        if (selection.Shown == 0 && !wanted.IsAll) return selection; // the caller reports it
        if (Selection.Hidden(selection) is { } hidden)
        {
            output.WriteLine();
            output.WriteLine(Screen.HasColour ? $"\e[2m{hidden}\e[0m" : hidden);
        }

        return selection;
    }
}
