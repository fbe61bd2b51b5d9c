using System.Text;
using TcpCapture.Export.Ladder;
using TcpCapture.Export.Output;
using TcpCapture.Pipeline;

namespace TcpCapture.Tests.Recordings;

/// <summary>All output files of a recording, in their own folder.</summary>
internal sealed class Outputs : IDisposable
{
    /// <summary>The files with a golden; other files are compared in other ways.</summary>
    public static readonly string[] Compared = ["timeline.csv", "connections.csv", "syn-retransmits.csv", "ladder.txt"];

    private Outputs(string folder) => Folder = folder;

    public string Folder { get; }
    public string RecordingPath => Path.Combine(Folder, Recording.FileName);

    public static Outputs Of(Recording recording)
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-outputs-").FullName;
        using (var output = new StreamWriter(Path.Combine(folder, "ladder.txt"), false, new UTF8Encoding(false)) { NewLine = "\n" })
        using (var files = new OutputFiles(folder, recording.Info))
        {
            var ladder = new LadderPrinter(output, recording.Info, new LadderOptions());
            RecordingPipeline.Run(recording, new PipelineOutputs
            {
                Timeline = [.. files.Timeline, ladder],
                Connections = [files],
                Observations = files.Observations,
            });
            files.Publish();
        }

        return new Outputs(folder);
    }

    public byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, name));
    public string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));
    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
