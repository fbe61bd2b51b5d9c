namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>A file's stored bytes: counts them, and shows the first ones before they are read.</summary>
internal sealed class StoredBytes(Stream stream) : ForwardStream
{
    public const int HeadLength = 4;

    private readonly byte[] _head = new byte[HeadLength];
    private int _headLength;
    private int _headRead;
    private long _position;

    /// <summary>True for a pipe, whose reads may block.</summary>
    public bool IsPipe { get; } = !stream.CanSeek;

    /// <summary>The stored length; null for a pipe.</summary>
    public long? StoredLength { get; } = stream.CanSeek ? stream.Length : null;

    public override long Position { get => Volatile.Read(ref _position); set => throw new NotSupportedException(); }

    /// <summary>The first bytes, up to <see cref="HeadLength"/>; call it before any read.</summary>
    public ReadOnlySpan<byte> Head()
    {
        _headLength = stream.ReadAtLeast(_head, HeadLength, throwOnEndOfStream: false);
        return _head.AsSpan(0, _headLength);
    }

    public override int Read(Span<byte> buffer)
    {
        int read;
        if (_headRead < _headLength)
        {
            read = Math.Min(buffer.Length, _headLength - _headRead);
            _head.AsSpan(_headRead, read).CopyTo(buffer);
            _headRead += read;
        }
        else
        {
            read = stream.Read(buffer);
        }

        Volatile.Write(ref _position, _position + read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) stream.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>A stream that can only be read, and only forward.</summary>
internal abstract class ForwardStream : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
