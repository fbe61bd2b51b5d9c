using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Recordings.Format;

namespace TcpCapture;

/// <summary>A recording on disk. It can be read any number of times.</summary>
/// <example><code>
/// var recording = Recording.Open("out/both-close");
/// var timeline = Timeline.Load(recording);
/// Console.WriteLine(recording.CutOff ?? "The recording is complete.");
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

    /// <summary>Facts about the recording, known from its start.</summary>
    public RecordingInfo Info { get; }

    /// <summary>How it ended; null before it was read, and if the file was cut off.</summary>
    internal RecordingEnd? End { get; private set; }

    /// <summary>After reading: where and why the file ends early, in one line; null if it is complete.</summary>
    public string? CutOff { get; private set; }

    /// <summary>After reading: the observations removed since the file was finished, in one line; null if none or unknown.</summary>
    public string? Missing { get; private set; }

    /// <summary>After reading: the counts of <see cref="Missing"/>.</summary>
    internal RecordingContents Lost { get; private set; } = RecordingContents.Nothing;

    /// <summary>Opens a recording.</summary>
    /// <param name="pathOrFolder">The file, or the folder that contains it as <see cref="FileName"/>.</param>
    /// <exception cref="TcpCaptureException">It does not exist, cannot be read, or is not a recording.</exception>
    public static Recording Open(string pathOrFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrFolder);
        var path = Directory.Exists(pathOrFolder) ? Path.Combine(pathOrFolder, FileName) : pathOrFolder;
        using var file = OpenFile(path);
        var reader = new RecordingBlocks(file, path, bufferSize: 4096);
        if (!reader.Next(out var block))
            throw new RecordingException($"{path} was cut off within its header, so nothing can be loaded. Record again.");
        return new Recording(path, ReadInfo(path, block));
    }

    /// <summary>Reads every observation in the order of the file, and skips derived data. Memory is bounded by the longest block.</summary>
    /// <exception cref="TcpCaptureException">The file is damaged or cannot be read.</exception>
    internal void Replay(IObservationSink sink)
    {
        foreach (var _ in ReplayInSteps(sink)) { }
    }

    /// <summary>As <see cref="Replay"/>, one block at a time.</summary>
    /// <returns>The number of blocks read so far, after each.</returns>
    internal IEnumerable<long> ReplayInSteps(IObservationSink sink)
    {
        End = null;
        CutOff = Missing = null;
        Lost = RecordingContents.Nothing;
        using var file = OpenFile(_path);
        var reader = new RecordingBlocks(file, _path);
        var replay = new RecordingReplay(_path, sink);
        reader.Next(out _); // the header; Open has read it
        for (var blocks = 1L; reader.Next(out var block); blocks++)
        {
            replay.Take(block);
            yield return blocks;
        }

        End = replay.End;
        if (reader.CutOffAt is { } offset)
            CutOff = $"{_path} ends in the middle of a block, at byte {offset}; everything before it was loaded.";
        else if (End is null)
            CutOff = $"{_path} has no end mark; its recorder was killed or ran out of space, or another program saved it. " +
                "Everything in it was loaded.";
        Lost = replay.Lost;
        if (Lost.ToText() is { Length: > 0 } lost)
            Missing = $"its file was changed after it was recorded and lacks {(replay.Contents is null ? "at least " : "")}{lost}.";
    }

    internal string FilePath => _path;

    internal static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RecordingException($"There is no recording {path}. Give a folder that contains {FileName}, or such a file.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException($"{path} cannot be opened: {error.Message} Check who may read it.", error);
        }
    }

    private static RecordingInfo ReadInfo(string path, in PcapNgBlock block) => RecordingReplay.ReadInfo(path, block)
        ?? throw new RecordingException(
            $"{path} is a pcapng file, but not a recording of TcpCapture: it contains frames without calls and states. " +
            $"Give a recording's {FileName}.");
}
