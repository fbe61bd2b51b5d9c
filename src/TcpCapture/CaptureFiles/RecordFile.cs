using TcpCapture.CaptureFiles.Bytes;

namespace TcpCapture.CaptureFiles;

/// <summary>A file of records one after the other, each with its length before it. What a record is says the format.</summary>
internal abstract class RecordFile(string name, ContentBytes bytes) : ICaptureFile
{
    private bool _hasEnded;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    public long Position => bytes.Stored.Position;

    /// <inheritdoc/>
    public long? Length => bytes.Stored.StoredLength;

    /// <inheritdoc/>
    public abstract int Interfaces { get; }

    /// <inheritdoc/>
    public abstract long Tick { get; }

    /// <summary>The bytes to take records from.</summary>
    protected FrameInput Input { get; } = new(bytes);

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void Dispose()
    {
        bytes.Dispose();
        Input.Close();
    }

    /// <summary>Takes the whole records that are there, until the batch is full.</summary>
    /// <returns>How many bytes the next record needs as far as that is known, more than there are; 0 if the batch is full.</returns>
    /// <exception cref="DamagedFileException">A record cannot be one.</exception>
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
            End($"is cut off: at {Place(Input.Offset)} begins what is not there whole");
        _hasEnded = true;
    }

    private void End(string problem)
    {
        Problem = $"{Name} {problem}; what is before that was read.";
        _hasEnded = true;
    }

    private string Place(long offset) => $"byte {offset}{(bytes.IsCompressed ? " of what is compressed in it" : "")}";
}
