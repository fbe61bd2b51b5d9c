namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>
/// A buffer that moves along a stream. It grows only as bytes arrive, so a length that lies costs no memory.
/// </summary>
internal sealed class BlockStream(Stream stream, int bufferSize)
{
    private byte[] _buffer = new byte[bufferSize];
    private int _start;
    private int _end;

    /// <summary>Where the buffer stands in the stream.</summary>
    public long Offset { get; private set; }

    /// <summary>What is buffered from there on.</summary>
    public ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads until <paramref name="length"/> bytes are available; false if the stream ends before.</summary>
    /// <exception cref="IOException">The stream cannot be read any more.</exception>
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
