using TcpCapture.Export.Output;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture;

/// <summary>
/// The folder of a run's files. During recording it holds only the raw recording, named as unfinished. The other files appear
/// together at the end, complete.
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

    /// <summary>The file names in display order. A merged recording also has <c>delays.csv</c>.</summary>
    public static IReadOnlyList<string> FileNames => OutputNames.OfRecording;

    /// <summary>Full path of the folder.</summary>
    public string Path { get; }

    /// <summary>The names of the existing files in display order.</summary>
    public IReadOnlyList<string> Present =>
        [.. FileNames.Append(OutputNames.Delays).Where(name => File.Exists(System.IO.Path.Combine(Path, name)))];

    /// <summary>Path of the raw recording during recording.</summary>
    internal string RawPath => System.IO.Path.Combine(Path, RawPartialName);

    /// <summary>Name of the raw recording during recording.</summary>
    internal static string RawPartialName => StagedFile.PartialPath(RawName);

    /// <summary>Creates the folder, or uses an empty one.</summary>
    /// <param name="path">The path.</param>
    /// <param name="force">Also use a folder that is not empty: files of the same names are replaced at the end.</param>
    /// <exception cref="TcpCaptureException">The path is not empty, not a folder, or cannot be written.</exception>
    public static OutputFolder Create(string path, bool force)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        var isNew = !Directory.Exists(full);
        var folder = new OutputFolder(full, isNew);
        try
        {
            if (File.Exists(full)) throw new OutputException($"{full} is a file, not a folder.", remedy: Remedy.ChooseFolder);
            if (!isNew && !force && Directory.EnumerateFileSystemEntries(full).Any())
                throw new OutputException($"{full} is not empty.", remedy: Remedy.ReplaceFiles);
            Directory.CreateDirectory(full);
            File.Delete(folder.RawPath);
            var probe = StagedFile.PartialPath(System.IO.Path.Combine(full, "writable"));
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            folder.RemoveIfNew();
            throw new OutputException($"{full} cannot be written ({error.Message}).", error, Remedy.ChooseFolder);
        }
    }

    /// <summary>Correlates the raw recording and writes all files; they get their names when all are complete.</summary>
    /// <param name="spectators">Each creates a sink that also receives the timeline.</param>
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
                $"The files could not be written to {Path} ({error.Message}): make room or name another folder; " +
                $"the raw recording is kept as {RawPath}.",
                error, Remedy.ReadRawRecording);
        }
    }

    /// <summary>Deletes what was created, because nothing was recorded.</summary>
    public void Discard()
    {
        File.Delete(RawPath);
        RemoveIfNew();
    }

    private void RemoveIfNew()
    {
        if (_isNew && Directory.Exists(Path) && !Directory.EnumerateFileSystemEntries(Path).Any()) Directory.Delete(Path);
    }
}
