using TcpCapture.Export.Ladder;
using TcpCapture.Recordings;

namespace TcpCapture.Cli;

/// <summary>Prints ladders.</summary>
internal static class LadderOutput
{
    /// <summary>Writes a run's files, prints its ladder while doing so, and says where the files are.</summary>
    /// <returns>The exit code: whether what is expected holds.</returns>
    public static int Export(OutputFolder folder, Expected expected)
    {
        using var output = Screen.Open();
        LadderPrinter? ladder = null;
        folder.Export(info => ladder = new LadderPrinter(output, info, Screen.Ladder), expected.Watch);
        ladder?.Finish();
        output.WriteLine();
        output.WriteLine($"Files in {folder.Path}: {string.Join(", ", OutputFolder.FileNames)}");
        return expected.Conclude(output);
    }

    /// <summary>Prints a recording's ladder.</summary>
    /// <returns>The exit code: whether what is expected holds.</returns>
    public static int Print(Recording recording, Expected expected)
    {
        using var output = Screen.Open();
        var ladder = new LadderPrinter(output, recording.Info, Screen.Ladder);
        Timeline.Correlate(recording, ladder, expected.Watch(recording.Info));
        ladder.Finish();
        return expected.Conclude(output);
    }
}
