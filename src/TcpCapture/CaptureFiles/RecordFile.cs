using TcpCapture.CaptureFiles.Bytes;
using TcpCapture.CaptureFiles.PcapNg;

namespace TcpCapture.CaptureFiles;

/// <summary>A capture file, read once by one thread. Any thread may read Position and Length. Subclasses know the format.</summary>
internal abstract class RecordFile(string name, ContentBytes bytes) : IDisposable
{
    private bool _hasEnded;

    /// <summary>The path, or "standard input".</summary>
    public string Name { get; } = name;

    /// <summary>One line for users about damage that ended the reading; null if there was none so far.</summary>
    public string? Problem { get; private set; }

    /// <summary>Bytes read so far of the stored (perhaps compressed) file.</summary>
    public long Position => bytes.Stored.Position;

    /// <summary>Length of the stored file in bytes; null for a pipe.</summary>
    public long? Length => bytes.Stored.StoredLength;

    /// <summary>Interfaces described so far; 1 for pcap.</summary>
    public abstract int Interfaces { get; }

    /// <summary>Time resolution in ns (1000 for microseconds), the coarsest of all interfaces; 0 if unknown so far.</summary>
    public abstract long Tick { get; }

    /// <summary>Frames read so far that have no time.</summary>
    public virtual long FramesWithoutTime => 0;

    /// <summary>The interfaces that dropped frames, as far as the file says so.</summary>
    public virtual IReadOnlyList<InterfaceDrops> Drops => [];

    protected FrameInput Input { get; } = new(bytes);

    /// <summary>Replaces the batch's content with the next frames; false and an empty batch at the end.</summary>
    public bool Read(FrameBatch batch)
    {
        batch.Clear();
        if (_hasEnded) return false;
        Input.Begin(batch);
        try
        {
            Fill(batch);
        }
        catch (DamagedFileException error)
        {
            End($"is damaged at {Place(error.Offset)}: {error.Why}");
        }

        Input.End();
        return batch.Count > 0;
    }

    public void Dispose()
    {
        bytes.Dispose();
        Input.Close();
    }

    /// <summary>Takes the complete records in <see cref="Input"/> until the batch is full.</summary>
    /// <returns>Bytes the next record needs as far as known; 0 if the batch is full.</returns>
    /// <exception cref="DamagedFileException">A record is impossible.</exception>
    protected abstract int Take(FrameBatch batch);

    private void Fill(FrameBatch batch)
    {
        while (Take(batch) is > 0 and var needed)
        {
            switch (Input.Fill(needed))
            {
                case FillResult.BatchIsFull:
                    return;
                case FillResult.EndOfFile:
                    EndOfFile();
                    return;
            }
        }
    }

    private void EndOfFile()
    {
        if (bytes.Failure is { } failure)
            End($"could not be read beyond {Place(Input.Offset + Input.Available.Length)}: {failure}");
        else if (!Input.Available.IsEmpty)
            End($"is cut off: the record at {Place(Input.Offset)} is incomplete");
        _hasEnded = true;
    }

    private void End(string problem)
    {
        Problem = $"{Name} {problem}; everything before that was read.";
        _hasEnded = true;
    }

    private string Place(long offset) => $"byte {offset}{(bytes.IsCompressed ? " of its decompressed content" : "")}";
}

/// <summary>A record or block is impossible. The reader of the file adds the file's name to the message.</summary>
internal sealed class DamagedFileException(long offset, string why) : Exception($"Byte {offset}: {why}.")
{
    public long Offset { get; } = offset;

    /// <summary>What is wrong, without a full stop.</summary>
    public string Why { get; } = why;
}
