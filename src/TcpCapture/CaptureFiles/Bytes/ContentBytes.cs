namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>A file's bytes as they were before they were compressed. What cannot be read ends them, with the reason.</summary>
internal abstract class ContentBytes(StoredBytes stored) : IDisposable
{
    /// <summary>
    /// Compressed bytes are asked for in small pieces: a decompressor that comes upon damage does not say how much of a piece
    /// it had made before, so that piece is lost with it.
    /// </summary>
    private const int CompressedPiece = 4096;

    public StoredBytes Stored { get; } = stored;

    /// <summary>Why there is no more, to follow "could not be read beyond byte 7: "; null at the end of a whole file.</summary>
    public string? Failure { get; private set; }

    /// <summary>True if offsets are not those of the file as it is stored.</summary>
    public abstract bool IsCompressed { get; }

    /// <summary>Reads some bytes, at least one; 0 at the end, or when there is a <see cref="Failure"/>.</summary>
    public int Read(Span<byte> buffer)
    {
        if (Failure is not null) return 0;
        if (IsCompressed && buffer.Length > CompressedPiece) buffer = buffer[..CompressedPiece];
        try
        {
            return ReadContent(buffer);
        }
        catch (IOException error)
        {
            return Fail(error.Message.TrimEnd('.'));
        }
    }

    /// <summary>Reads until the buffer is full or there is no more; returns how much.</summary>
    public int ReadAll(Span<byte> buffer)
    {
        var all = 0;
        while (all < buffer.Length && Read(buffer[all..]) is > 0 and var read) all += read;
        return all;
    }

    public virtual void Dispose() => Stored.Dispose();

    protected abstract int ReadContent(Span<byte> buffer);

    /// <summary>Ends the bytes here.</summary>
    protected int Fail(string why)
    {
        Failure = why;
        return 0;
    }
}
