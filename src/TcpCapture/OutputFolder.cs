using TcpCapture.Export.Output;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture;

/// <summary>
/// The folder that a run leaves its files in. While recording it holds only the raw recording under a name that says it is
/// not finished; the files that people read appear together, whole, at the end.
/// </summary>
public sealed class OutputFolder
{
    private const string RawName = "recording.pcapng";

    private readonly bool _isNew;

    private OutputFolder(string path, bool isNew)
    {
        Path = path;
        _isNew = isNew;
    }

    /// <summary>The names of the files, in the order people are told of them; of a merged recording there is <c>delays.csv</c> as well.</summary>
    public static IReadOnlyList<string> FileNames => OutputNames.OfRecording;

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>The names of the files that are there, in the order people are told of them.</summary>
    public IReadOnlyList<string> Present =>
        [.. FileNames.Append(OutputNames.Delays).Where(name => File.Exists(System.IO.Path.Combine(Path, name)))];

    /// <summary>The raw recording while it is being made.</summary>
    internal string RawPath => System.IO.Path.Combine(Path, RawPartialName);

    /// <summary>The name of the raw recording while it is being made.</summary>
    internal static string RawPartialName => StagedFile.PartialPath(RawName);

    /// <summary>Makes the folder, or takes an empty one.</summary>
    /// <param name="path">Where.</param>
    /// <param name="force">Take a folder that is not empty: files of the same names will be replaced at the end.</param>
    /// <exception cref="TcpCaptureException">It is not empty, is no folder, or cannot be written.</exception>
    public static OutputFolder Create(string path, bool force)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        var isNew = !Directory.Exists(full);
        try
        {
            if (File.Exists(full)) throw new OutputException($"{full} is a file, not a folder.", remedy: Remedy.ChooseFolder);
            if (!isNew && !force && Directory.EnumerateFileSystemEntries(full).Any())
                throw new OutputException($"{full} is not empty.", remedy: Remedy.ReplaceFiles);
            Directory.CreateDirectory(full);
            var folder = new OutputFolder(full, isNew);
            File.Delete(folder.RawPath);
            var probe = StagedFile.PartialPath(System.IO.Path.Combine(full, "writable"));
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{full} cannot be written ({error.Message}).", error, Remedy.ChooseFolder);
        }
    }

    /// <summary>Correlates the raw recording, writes every file, and gives them their names once all are whole.</summary>
    /// <param name="spectators">Each makes a sink that sees the timeline as it is written; none: nobody does.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="TcpCaptureException">The disk is full, or a file cannot be written; the raw recording is kept.</exception>
    public IReadOnlyList<Finding> Export(params IReadOnlyList<Func<RecordingInfo, ITimelineSink>> spectators)
    {
        ArgumentNullException.ThrowIfNull(spectators);
        var recording = Recording.Open(RawPath);
        try
        {
            using var files = new OutputFiles(Path, recording.Info);
            var findings = RecordingPipeline.Run(recording, new PipelineOutputs
            {
                Timeline = [.. files.Timeline, .. spectators.Select(make => make(recording.Info))],
                Connections = [files],
                Observations = files.Observations,
            });
            files.Publish();
            File.Delete(RawPath);
            return findings;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(
                $"The files could not be written to {Path} ({error.Message}): make room or name another folder; the raw recording is kept as {RawPath}.",
                error, Remedy.ReadRawRecording);
        }
    }

    /// <summary>Nothing was recorded: takes away what was made.</summary>
    public void Discard()
    {
        File.Delete(RawPath);
        if (_isNew && Directory.Exists(Path) && !Directory.EnumerateFileSystemEntries(Path).Any()) Directory.Delete(Path);
    }
}
