using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Recordings;

/// <summary>A recording on disk: everything that was observed, to be gone through as often as wanted.</summary>
/// <example><code>
/// var recording = Recording.Open("out/both-close");
/// recording.Replay(sink);
/// Console.WriteLine(recording.CutOff ?? $"{recording.End!.Outcome}");
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

    /// <summary>
    /// After <see cref="Replay"/>: one line counting what the file held when it was finished and lacks now, since a person or
    /// another program took it out; null if nothing is missing, or the file does not tell.
    /// </summary>
    public string? Missing { get; private set; }

    /// <summary>After <see cref="Replay"/>: the counts of <see cref="Missing"/>.</summary>
    internal RecordingContents Lost { get; private set; } = RecordingContents.Nothing;

    /// <summary>Opens a recording.</summary>
    /// <param name="pathOrFolder">The file, or the folder that holds it as <see cref="FileName"/>.</param>
    /// <exception cref="TcpCaptureException">There is none, it cannot be read, or it is no recording.</exception>
    public static Recording Open(string pathOrFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrFolder);
        var path = Directory.Exists(pathOrFolder) ? Path.Combine(pathOrFolder, FileName) : pathOrFolder;
        using var file = OpenFile(path);
        var reader = new RecordingBlocks(file, path, bufferSize: 4096);
        if (!reader.Next(out var block))
            throw new RecordingException($"{path} was cut off within its header, so nothing can be loaded: record again.");
        return new Recording(path, ReadInfo(path, block));
    }

    /// <summary>
    /// Hands over every raw observation in the order of the file, in memory bounded by the longest block. What was derived
    /// from them is left out. May be called again.
    /// </summary>
    /// <param name="sink">Takes the observations, on the calling thread. A frame is valid only during its call.</param>
    /// <exception cref="TcpCaptureException">The file is damaged, or can no longer be read.</exception>
    public void Replay(IObservationSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        End = null;
        CutOff = null;
        Missing = null;
        Lost = RecordingContents.Nothing;
        using var file = OpenFile(_path);
        var reader = new RecordingBlocks(file, _path);
        var replay = new RecordingReplay(_path, sink);
        reader.Next(out _); // the header, which Open has read
        while (reader.Next(out var block)) replay.Take(block);
        End = replay.End;
        if (reader.CutOffAt is { } offset)
            CutOff = $"{_path} ends in the middle of a block, at byte {offset}: what is before it was loaded.";
        else if (End is null)
            CutOff = $"{_path} has no end mark: its recorder was stopped or ran out of space, or another program saved it; " +
                "what is there was loaded.";
        Lost = replay.Lost;
        if (Lost.ToText() is { Length: > 0 } lost)
            Missing = $"its file was changed after it was recorded and lacks {(replay.Contents is null ? "at least " : "")}{lost}.";
    }

    /// <summary>Where the file is.</summary>
    internal string FilePath => _path;

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
        return RecordingReplay.ReadInfo(path, block) ?? throw new RecordingException(
            $"{path} is a pcapng file, but TcpCapture did not record it: it holds frames without calls and states; " +
            $"give a recording's {FileName}.");
    }
}
