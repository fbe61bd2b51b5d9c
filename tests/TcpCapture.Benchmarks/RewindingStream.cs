namespace TcpCapture.Benchmarks;

/// <summary>Passes writes on, and rewinds to the start at a maximum length.</summary>
internal sealed class RewindingStream(Stream target, long limit) : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => target.Length;
    public override long Position { get => target.Position; set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (target.Position > limit) target.Position = 0;
        target.Write(buffer, offset, count);
    }

    public override void Flush() => target.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
