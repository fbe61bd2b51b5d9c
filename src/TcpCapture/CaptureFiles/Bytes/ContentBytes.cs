namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>A file's decompressed bytes. At damage they end, and <see cref="Failure"/> has the reason.</summary>
internal abstract class ContentBytes(StoredBytes stored) : IDisposable
{
    /// <summary>Maximum bytes per decompressing read: on damage, the output of the current read is lost.</summary>
    private const int CompressedPiece = 4096;

    public StoredBytes Stored { get; } = stored;

    /// <summary>The reason after "could not be read beyond byte 7: "; null at the end of a complete file.</summary>
    public string? Failure { get; private set; }

    /// <summary>True if offsets differ from those of the stored file.</summary>
    public abstract bool IsCompressed { get; }

    /// <summary>Reads at least one byte; returns 0 at the end or at a <see cref="Failure"/>.</summary>
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

    /// <summary>Reads until the buffer is full or the bytes end; returns their number.</summary>
    public int ReadAll(Span<byte> buffer)
    {
        var all = 0;
        while (all < buffer.Length && Read(buffer[all..]) is > 0 and var read) all += read;
        return all;
    }

    public virtual void Dispose() => Stored.Dispose();

    protected abstract int ReadContent(Span<byte> buffer);

    protected int Fail(string why)
    {
        Failure = why;
        return 0;
    }
}

internal sealed class PlainBytes(StoredBytes stored) : ContentBytes(stored)
{
    public override bool IsCompressed => false;

    protected override int ReadContent(Span<byte> buffer) => Stored.Read(buffer);
}
