using TcpCapture.Export.Ladder;
using TcpCapture.Recordings;

namespace TcpCapture.Cli;

/// <summary>Prints ladders.</summary>
internal static class LadderOutput
{
    /// <summary>Writes a run's files, prints its ladder while doing so, and says where the files are.</summary>
    public static void Export(OutputFolder folder)
    {
        using var output = Screen.Open();
        LadderPrinter? ladder = null;
        folder.Export(info => ladder = new LadderPrinter(output, info, Screen.Ladder));
        ladder?.Finish();
        output.WriteLine();
        output.WriteLine($"Files in {folder.Path}: {string.Join(", ", folder.Present)}");
    }

    /// <summary>Prints a recording's ladder.</summary>
    public static void Print(Recording recording)
    {
        using var output = Screen.Open();
        var ladder = new LadderPrinter(output, recording.Info, Screen.Ladder);
        Timeline.Correlate(recording, ladder);
        ladder.Finish();
    }
}
