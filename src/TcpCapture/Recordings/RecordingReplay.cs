using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Recordings;

/// <summary>Reads a recording's blocks once: emits observations, finds the end, counts what is missing.</summary>
internal sealed class RecordingReplay(string path, IObservationSink sink)
{
    private readonly RecordingContents _found = new();
    private long _highestId;
    private FramePassage? _passage;

    public RecordingEnd? End { get; private set; } // how the recording ended; null if unknown

    /// <summary>What the file contained when it was finished; null for files of older versions.</summary>
    public RecordingContents? Contents { get; private set; }

    /// <summary>What was removed since the file was finished. Without contents, gaps in the frame numbers show lost frames.</summary>
    public RecordingContents Lost => (Contents ?? new RecordingContents { Frames = _highestId }).Without(_found);

    /// <exception cref="TcpCaptureException">It is damaged or begins another recording.</exception>
    public void Take(in PcapNgBlock block)
    {
        try
        {
            TakeBlock(block);
        }
        catch (DamagedFileException error)
        {
            throw RecordingBlocks.Damaged(path, error);
        }
    }

    private void TakeBlock(in PcapNgBlock block)
    {
        if (block.IsPacket)
        {
            _found.Frames++;
            _passage = null;
            ReadOptions(block);
            var frame = block.Frame;
            sink.OnFrame(_passage is null
                ? frame : new Frame(frame.Time, frame.LinkType, frame.OriginalLength, frame.Bytes) { Passage = _passage });
            return;
        }

        switch (block.Type)
        {
            case PcapNgBlockType.JournalEntry or RecordingFormat.Observations:
                TakeEntry(block);
                break;
            case PcapNgBlockType.InterfaceStatistics:
                ReadOptions(block);
                break;
            case PcapNgBlockType.SectionHeader:
                throw new RecordingException(
                    $"{path} has a second section at byte {block.Offset}, so several files were joined. Open each recording separately.");
        }
    }

    /// <summary>The header in a file's first block; null if there is none.</summary>
    /// <exception cref="TcpCaptureException">It is damaged.</exception>
    public static RecordingInfo? ReadInfo(string path, in PcapNgBlock block)
    {
        try
        {
            var options = block.Options;
            while (options.Next(out var code, out var value))
            {
                if (code == PcapNgFormat.Comment && After(value, RecordingFormat.HeaderMark) is { Length: > 0 } json)
                    return Parse(path, block.Offset, json, ObservationJson.ReadInfo);
            }

            return null;
        }
        catch (DamagedFileException error)
        {
            throw RecordingBlocks.Damaged(path, error);
        }
    }

    private void TakeEntry(in PcapNgBlock block)
    {
        var fields = new JournalFieldReader(block.Entry, block.Offset);
        while (fields.Next(out var name, out var value))
        {
            if (!name.StartsWith("TCPCAPTURE_"u8)) continue;
            switch (Encoding.ASCII.GetString(name))
            {
                case RecordingFormat.CallField:
                    _found.Calls++;
                    sink.OnCall(Parse(path, block.Offset, value, ObservationJson.ReadCall));
                    break;
                case RecordingFormat.SampleField:
                    _found.Samples++;
                    sink.OnSample(Parse(path, block.Offset, value, ObservationJson.ReadSample));
                    break;
                case RecordingFormat.OwnerField:
                    _found.Owners++;
                    sink.OnOwner(Parse(path, block.Offset, value, ObservationJson.ReadOwner));
                    break;
                case RecordingFormat.TraceField:
                    _found.Traces++;
                    sink.OnTrace(Parse(path, block.Offset, value, ObservationJson.ReadTrace));
                    break;
                case RecordingFormat.EndField:
                    End = Parse(path, block.Offset, value, ObservationJson.ReadEnd);
                    break;
                case RecordingFormat.ContentsField:
                    Contents = Parse(path, block.Offset, value, ObservationJson.ReadContents);
                    break;
            }
        }
    }

    private void ReadOptions(in PcapNgBlock block)
    {
        var options = block.Options;
        while (options.Next(out var code, out var value))
        {
            if (code == PcapNgFormat.Comment)
            {
                if (After(value, RecordingFormat.EndMark) is { Length: > 0 } end)
                    End = Parse(path, block.Offset, end, ObservationJson.ReadEnd);
                else if (After(value, RecordingFormat.ContentsMark) is { Length: > 0 } contents)
                    Contents = Parse(path, block.Offset, contents, ObservationJson.ReadContents);
                else if (After(value, RecordingFormat.PassageMark) is { Length: > 0 } passage)
                    _passage = Parse(path, block.Offset, passage, ObservationJson.ReadPassage);
            }
            else if (code == PcapNgFormat.PacketId && block.IsPacket && value.Length == 8)
            {
                var id = block.BigEndian ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
                _highestId = Math.Max(_highestId, id);
            }
        }
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> comment, ReadOnlySpan<byte> prefix) =>
        comment.StartsWith(prefix) ? comment[prefix.Length..] : default;

    private static T Parse<T>(string path, long offset, ReadOnlySpan<byte> json, Func<ReadOnlySpan<byte>, T> read)
    {
        try
        {
            return read(json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new RecordingException(
                $"{path} is damaged: an observation in the block at byte {offset} cannot be read. Use an undamaged copy.", error);
        }
    }
}

/// <summary>Reads a recording block by block, at its caller's pace.</summary>
internal sealed class RecordingCursor : IDisposable
{
    private readonly FileStream _file;
    private readonly RecordingBlocks _reader;
    private readonly RecordingReplay _replay;

    /// <exception cref="TcpCaptureException">The file cannot be opened or is not a pcapng file.</exception>
    public RecordingCursor(string path, IObservationSink sink)
    {
        _file = Recording.OpenFile(path);
        _reader = new RecordingBlocks(_file, path);
        _replay = new RecordingReplay(path, sink);
        _reader.Next(out _); // the header; Open has read it
    }

    /// <summary>Reads the next block: one observation, several or none. False at the end.</summary>
    /// <exception cref="TcpCaptureException">The file is damaged or cannot be read.</exception>
    public bool Next()
    {
        if (!_reader.Next(out var block)) return false;
        _replay.Take(block);
        return true;
    }

    public void Dispose() => _file.Dispose();
}
