using System.IO.Compression;

namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>The bytes of a gzip file, of several members too.</summary>
/// <remarks>
/// <see cref="GZipStream"/> takes a file that is cut off for a whole one. What it does tell is whether it wants more: after a
/// whole member it leaves a byte that begins no other member alone; within a member it takes the byte and asks again. So
/// <see cref="ProbedEnd"/> hands it one such byte after the last, and what it makes of that is not part of the file.
/// </remarks>
internal sealed class GzipBytes : ContentBytes
{
    private readonly ProbedEnd _input;
    private readonly GZipStream _gzip;

    public GzipBytes(StoredBytes stored)
        : base(stored)
    {
        _input = new ProbedEnd(stored);
        _gzip = new GZipStream(_input, CompressionMode.Decompress);
    }

    public override bool IsCompressed => true;

    public override void Dispose()
    {
        _gzip.Dispose();
        base.Dispose();
    }

    protected override int ReadContent(Span<byte> buffer)
    {
        try
        {
            var read = _gzip.Read(buffer);
            if (_input.WasAskedTwice || (_input.WasProbed && read > 0)) return Fail("its gzip data is cut off there, or damaged");
            if (read == 0 && !_input.WasProbed) return Fail("what follows there is no gzip data");
            return read;
        }
        catch (InvalidDataException)
        {
            return Fail(_input.WasProbed ? "its gzip data is cut off there, or damaged" : "its gzip data is damaged there, or before");
        }
    }

    /// <summary>Gives one byte more than there are.</summary>
    private sealed class ProbedEnd(Stream stored) : Stream
    {
        /// <summary>Begins no gzip member, and is no last byte of a member's length below 4 GB.</summary>
        private const byte Probe = 0xFF;

        public bool WasProbed { get; private set; }

        public bool WasAskedTwice { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = WasProbed ? 0 : stored.Read(buffer);
            if (read > 0 || buffer.IsEmpty) return read;
            WasAskedTwice = WasProbed;
            if (WasProbed) return 0;
            WasProbed = true;
            buffer[0] = Probe;
            return 1;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
