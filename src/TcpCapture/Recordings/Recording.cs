using System.Text;
using System.Text.Json;
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
        var path = Directory.Exists(pathOrFolder) ? Path.Combine(pathOrFolder, FileName) : pathOrFolder;
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
        using var file = OpenFile(_path);
        var reader = new PcapNgReader(file, _path);
        reader.Next(out _); // the header, which Open has read
        while (reader.Next(out var block))
        {
            if (block.IsPacket) sink.OnFrame(block.Frame);
            else if (block.Type == PcapNgBlockType.JournalEntry) ReplayEntry(block, sink);
            else if (block.Type == PcapNgBlockType.InterfaceStatistics) End = ReadEnd(block) ?? End;
            else if (block.Type == PcapNgBlockType.SectionHeader) throw SecondSection(block.Offset);
        }

        if (reader.CutOffAt is { } offset)
            CutOff = $"{_path} ends in the middle of a block, at byte {offset}: what is before it was loaded.";
        else if (End is null)
            CutOff = $"{_path} has no end mark: its recorder was stopped or ran out of space, or another program saved it; " +
                "what is there was loaded.";
    }

    private static FileStream OpenFile(string path)
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
            return Parse(path, block.Offset, comment.AsSpan(RecordingFormat.HeaderPrefix.Length), ObservationJson.ReadInfo);
        }

        throw new RecordingException(
            $"{path} is a pcapng file, but TcpCapture did not record it: it holds frames without calls and states; " +
            $"give a recording's {FileName}.");
    }

    private RecordingEnd? ReadEnd(in PcapNgBlock block)
    {
        var options = block.Options;
        while (options.NextComment(out var comment))
        {
            if (!comment.StartsWith(RecordingFormat.EndPrefix, StringComparison.Ordinal)) continue;
            return Parse(_path, block.Offset, comment.AsSpan(RecordingFormat.EndPrefix.Length), ObservationJson.ReadEnd);
        }

        return null;
    }

    private void ReplayEntry(in PcapNgBlock block, IObservationSink sink)
    {
        var fields = block.Fields;
        while (fields.Next(out var name, out var value))
        {
            if (name.SequenceEqual("TCPCAPTURE_CALL"u8))
                sink.OnCall(Parse(_path, block.Offset, value, ObservationJson.ReadCall));
            else if (name.SequenceEqual("TCPCAPTURE_SAMPLE"u8))
                sink.OnSample(Parse(_path, block.Offset, value, ObservationJson.ReadSample));
            else if (name.SequenceEqual("TCPCAPTURE_OWNER"u8))
                sink.OnOwner(Parse(_path, block.Offset, value, ObservationJson.ReadOwner));
            else if (name.SequenceEqual("TCPCAPTURE_TRACE"u8))
                sink.OnTrace(Parse(_path, block.Offset, value, ObservationJson.ReadTrace));
            else if (name.SequenceEqual("TCPCAPTURE_END"u8))
                End = Parse(_path, block.Offset, value, ObservationJson.ReadEnd);
        }
    }

    private static T Parse<T>(string path, long offset, ReadOnlySpan<char> json, Func<ReadOnlySpan<byte>, T> read) =>
        Parse(path, offset, Encoding.UTF8.GetBytes(json.ToArray()), read);

    private static T Parse<T>(string path, long offset, ReadOnlySpan<byte> json, Func<ReadOnlySpan<byte>, T> read)
    {
        try
        {
            return read(json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new RecordingException(
                $"{path} is damaged: in the block at byte {offset} an observation cannot be read; use an undamaged copy.", error);
        }
    }

    private RecordingException SecondSection(long offset) => new(
        $"{_path} has a second section at byte {offset}, so files were joined to it: open each recording by itself.");
}
