using TcpCapture.Model;

namespace TcpCapture.Recordings;

/// <summary>A recording on disk: everything that was observed, to be gone through as often as wanted.</summary>
/// <example><code>
/// var recording = Recording.Open("out/both-close");
/// recording.Replay(sink);
/// Console.WriteLine(recording.CutOff ?? recording.End!.Reason);
/// </code></example>
public sealed class Recording
{
    /// <summary>The file of an output folder that holds the recording.</summary>
    public const string FileName = "timeline.pcapng";

    private readonly string _path;

    private Recording(string path, RecordingInfo info)
    {
        _path = path;
        Info = info;
    }

    /// <summary>What is true of the whole recording from its start.</summary>
    public RecordingInfo Info { get; }

    /// <summary>How it ended; null before <see cref="Replay"/>, and after it if the file was cut off.</summary>
    public RecordingEnd? End { get; private set; }

    /// <summary>After <see cref="Replay"/>: one line saying where and why the file stops early; null if it is whole.</summary>
    public string? CutOff { get; private set; }

    /// <summary>Opens a recording.</summary>
    /// <param name="pathOrFolder">The file, or the folder that holds it as <see cref="FileName"/>.</param>
    /// <exception cref="RecordingException">There is none, it cannot be read, or it is no recording.</exception>
    public static Recording Open(string pathOrFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrFolder);
        var path = Directory.Exists(pathOrFolder) ? System.IO.Path.Combine(pathOrFolder, FileName) : pathOrFolder;
        using var file = OpenFile(path);
        var reader = new PcapNgReader(file, path, bufferSize: 4096);
        if (!reader.Next(out var block))
            throw new RecordingException($"{path} was cut off within its header, so nothing can be loaded: record again.");
        return new Recording(path, ReadInfo(path, block));
    }

    /// <summary>
    /// Hands over every raw observation in the order of the file, in memory bounded by the longest block. What was derived
    /// from them is left out. May be called again.
    /// </summary>
    /// <param name="sink">Takes the observations, on the calling thread. A frame is valid only during its call.</param>
    /// <exception cref="RecordingException">The file is damaged, or can no longer be read.</exception>
    public void Replay(IObservationSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        End = null;
        CutOff = null;
        using var cursor = Read();
        while (cursor.Next(sink))
        {
        }

        End = cursor.End;
        CutOff = cursor.CutOff;
    }

    /// <summary>Where the file is.</summary>
    internal string Path => _path;

    /// <summary>Begins to go through it, block by block.</summary>
    internal RecordingCursor Read() => new(_path, Info.Peer is not null);

    internal static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RecordingException($"There is no recording {path}: give a folder that holds {FileName}, or such a file.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException($"{path} cannot be opened: {error.Message} Check who may read it.", error);
        }
    }

    private static RecordingInfo ReadInfo(string path, in PcapNgBlock block)
    {
        var options = block.Options;
        while (options.NextComment(out var comment))
        {
            if (!comment.StartsWith(RecordingFormat.HeaderPrefix, StringComparison.Ordinal)) continue;
            return RecordingCursor.Parse(path, block.Offset, comment.AsSpan(RecordingFormat.HeaderPrefix.Length), ObservationJson.ReadInfo);
        }

        throw new RecordingException(
            $"{path} is a pcapng file, but TcpCapture did not record it: it holds frames without calls and states; " +
            $"give a recording's {FileName}.");
    }
}
