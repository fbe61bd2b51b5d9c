namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>A buffer over a stream. It grows only as bytes arrive, so a false length costs no memory.</summary>
internal sealed class BlockStream(Stream stream, int bufferSize)
{
    private byte[] _buffer = new byte[bufferSize];
    private int _start;
    private int _end;

    /// <summary>Stream offset of the buffered bytes.</summary>
    public long Offset { get; private set; }

    public ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads until <paramref name="length"/> bytes are available; false if the stream ends first.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public bool Ensure(int length)
    {
        if (_end - _start >= length) return true;
        if (length > _buffer.Length - _start)
        {
            Available.CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < length)
        {
            if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    public void Skip(int length)
    {
        _start += length;
        Offset += length;
    }
}
