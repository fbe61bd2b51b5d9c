using System.Text;
using System.Text.Json;
using TcpCapture.Model;

namespace TcpCapture.Recordings;

/// <summary>Goes through a recording block by block, in the order of the file.</summary>
internal sealed class RecordingCursor : IDisposable
{
    private readonly string _path;
    private readonly bool _isMerged;
    private readonly FileStream _file;
    private readonly PcapNgReader _reader;

    /// <exception cref="RecordingException">The file cannot be opened, or is no recording.</exception>
    public RecordingCursor(string path, bool isMerged)
    {
        _path = path;
        _isMerged = isMerged;
        _file = Recording.OpenFile(path);
        _reader = new PcapNgReader(_file, path);
        _reader.Next(out _); // the header, which Open has read
    }

    /// <summary>How the recording ended, once that has been read.</summary>
    public RecordingEnd? End { get; private set; }

    /// <summary>After the last block: why the file stops early; null if it is whole.</summary>
    public string? CutOff { get; private set; }

    /// <summary>Hands over what the next block holds: one observation, several or none.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="RecordingException">The file is damaged, or can no longer be read.</exception>
    public bool Next(IObservationSink sink)
    {
        if (!_reader.Next(out var block))
        {
            CutOff = DescribeEnd();
            return false;
        }

        if (block.IsPacket) sink.OnFrame(_isMerged ? WithPassage(block) : block.Frame);
        else if (block.Type == PcapNgBlockType.JournalEntry) ReplayEntry(block, sink);
        else if (block.Type == PcapNgBlockType.InterfaceStatistics) End = ReadEnd(block) ?? End;
        else if (block.Type == PcapNgBlockType.SectionHeader) throw SecondSection(block.Offset);
        return true;
    }

    public void Dispose() => _file.Dispose();

    private string? DescribeEnd()
    {
        if (_reader.CutOffAt is { } offset)
            return $"{_path} ends in the middle of a block, at byte {offset}: what is before it was loaded.";
        return End is not null
            ? null
            : $"{_path} has no end mark: its recorder was stopped or ran out of space, or another program saved it; " +
                "what is there was loaded.";
    }

    private Frame WithPassage(in PcapNgBlock block)
    {
        var frame = block.Frame;
        var options = block.Options;
        while (options.NextComment(out var comment))
        {
            if (!comment.StartsWith(RecordingFormat.PassagePrefix, StringComparison.Ordinal)) continue;
            var passage = Parse(_path, block.Offset, comment.AsSpan(RecordingFormat.PassagePrefix.Length), ObservationJson.ReadPassage);
            return new Frame(frame.Time, frame.LinkType, frame.OriginalLength, frame.Bytes) { Passage = passage };
        }

        return frame;
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

    public static T Parse<T>(string path, long offset, ReadOnlySpan<char> json, Func<ReadOnlySpan<byte>, T> read) =>
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
