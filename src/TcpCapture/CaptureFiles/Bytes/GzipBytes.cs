using System.IO.Compression;

namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>The content of a gzip file of one or more members.</summary>
// GZipStream does not report a truncated file, so ProbedEnd appends one byte that begins no member. After a complete
// member, GZipStream ignores the byte. Within a member it consumes the byte and reads again: the file is cut off.
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
            if (read == 0 && !_input.WasProbed) return Fail("the data there is not gzip data");
            return read;
        }
        catch (InvalidDataException)
        {
            return Fail(_input.WasProbed ? "its gzip data is cut off there, or damaged" : "its gzip data is damaged there, or before");
        }
    }

    /// <summary>Appends one byte to a stream.</summary>
    private sealed class ProbedEnd(Stream stored) : ForwardStream
    {
        /// <summary>Begins no gzip member, and is not the last byte of a member's length below 4 GB.</summary>
        private const byte Probe = 0xFF;

        public bool WasProbed { get; private set; }
        public bool WasAskedTwice { get; private set; }

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
    }
}
