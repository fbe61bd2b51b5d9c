using System.Buffers.Binary;
using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.Pcap;
using TcpCapture.CaptureFiles.PcapNg;

namespace TcpCapture.Recordings.Format;

/// <summary>Reads the blocks of a recording's file, with error messages about recordings.</summary>
internal sealed class RecordingBlocks
{
    private readonly string _name;
    private readonly PcapNgReader _reader;

    /// <exception cref="TcpCaptureException">The file cannot be read or is not a pcapng file.</exception>
    public RecordingBlocks(FileStream file, string name, int bufferSize = 64 * 1024)
    {
        _name = name;
        _reader = new PcapNgReader(file, bufferSize);
        CheckBegin(file);
    }

    /// <inheritdoc cref="PcapNgReader.CutOffAt"/>
    public long? CutOffAt => _reader.CutOffAt;

    /// <summary>Reads the next block; false at the end of the file or before an incomplete block.</summary>
    /// <exception cref="TcpCaptureException">The file is damaged, of a later version, or cannot be read.</exception>
    public bool Next(out PcapNgBlock block)
    {
        try
        {
            while (_reader.Next(out block))
            {
                if (block.Type != RecordingFormat.Observations) return true;
                if (!IsOurs(block)) continue;
                block = block with { Entry = block.Entry[RecordingFormat.ObservationsMark.Length..] };
                return true;
            }

            return false;
        }
        catch (DamagedFileException error)
        {
            throw Damaged(_name, error);
        }
        catch (IOException error)
        {
            throw Unreadable(error);
        }
    }

    public static RecordingException Damaged(string name, DamagedFileException error) => new(
        $"{name} is damaged in the block at byte {error.Offset}: {error.Why}. Use an undamaged copy.", error);

    private void CheckBegin(FileStream file)
    {
        Span<byte> begin = stackalloc byte[4];
        int read;
        try
        {
            read = file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
            file.Position = 0;
        }
        catch (IOException error)
        {
            throw Unreadable(error);
        }

        if (read == 0) throw new RecordingException($"{_name} is empty. Give another file.");
        if (read == begin.Length && BinaryPrimitives.ReadUInt32LittleEndian(begin) != (uint)PcapNgBlockType.SectionHeader)
            throw NotPcapNg(begin);
    }

    /// <summary>False for a block of another program, which can use the same type.</summary>
    private bool IsOurs(in PcapNgBlock block)
    {
        var mark = RecordingFormat.ObservationsMark;
        if (!block.Entry.StartsWith(mark[..^1])) return false;
        return block.Entry.StartsWith(mark)
            ? true
            : throw new RecordingException(
                $"{_name} was written by a later version of TcpCapture: the block at byte {block.Offset} has another format. "
                + "Use that version.");
    }

    private RecordingException Unreadable(IOException error) => new(
        $"{_name} could not be read beyond byte {_reader.Offset}: {error.Message} Copy it to another disk and try again.", error);

    private RecordingException NotPcapNg(ReadOnlySpan<byte> begin) => PcapFormat.IsMagic(begin)
        ? new RecordingException($"{_name} is a pcap file, not pcapng: it contains frames, " +
            "but no calls and states. Give a recording's timeline.pcapng.")
        : new RecordingException($"{_name} is not a pcapng file, by its first bytes. Give a recording's timeline.pcapng.");
}
