using System.Numerics;
using TcpCapture.CaptureFiles.Bytes;

namespace TcpCapture.CaptureFiles;

/// <summary>Reads a file's bytes directly into a batch's buffer. An incomplete last record moves to the next batch.</summary>
// At most `chunk` bytes are read at once, which bounds the bytes moved to the next batch.
internal sealed class FrameInput(ContentBytes bytes, int chunk = 64 * 1024)
{
    private FrameBatch? _batch;
    private byte[] _rest = [];
    private int _restLength;
    private int _end;
    private bool _isWaiting;

    /// <summary>File offset of the next record.</summary>
    public long Offset { get; private set; }

    /// <summary>Buffer offset of the next record.</summary>
    public int Start { get; private set; }

    /// <summary>The bytes read from <see cref="Start"/> on.</summary>
    public ReadOnlySpan<byte> Available => _batch is null ? default : _batch.Buffer.AsSpan(Start, _end - Start);

    /// <summary>Begins with bytes that were read to identify the file, and their file offset.</summary>
    public void StartWith(ReadOnlySpan<byte> begin, long offset)
    {
        _rest = begin.ToArray();
        _restLength = begin.Length;
        Offset = offset;
    }

    public void Begin(FrameBatch batch)
    {
        batch.Clear();
        if (batch.Buffer.Length < _restLength) batch.Grow(_restLength);
        _rest.AsSpan(0, _restLength).CopyTo(batch.Buffer);
        (_batch, Start, _end) = (batch, 0, _restLength);
    }

    public void Skip(int length)
    {
        Start += length;
        Offset += length;
    }

    /// <summary>Reads more bytes of a record of <paramref name="length"/> bytes, not necessarily all of them.</summary>
    public FillResult Fill(int length)
    {
        var batch = _batch!;

        // After a short read from a pipe, the frames so far are processed before waiting for the writer.
        if (_isWaiting && batch.Count > 0)
        {
            _isWaiting = false;
            return FillResult.BatchIsFull;
        }

        if (length > batch.Buffer.Length - Start)
        {
            if (batch.Count > 0) return FillResult.BatchIsFull;
            Available.CopyTo(batch.Buffer);
            (Start, _end) = (0, _end - Start);
            if (_end == batch.Buffer.Length) batch.Grow(Math.Min(length, 2 * batch.Buffer.Length));
        }

        var room = batch.Buffer.AsSpan(_end);
        if (room.Length > chunk) room = room[..chunk];
        var read = bytes.Read(room);
        if (read == 0) return FillResult.EndOfFile;
        _isWaiting = bytes.Stored.IsPipe && !bytes.IsCompressed && read < room.Length;
        _end += read;
        return FillResult.HasMore;
    }

    public void Close() => (_rest, _restLength) = ([], 0);

    /// <summary>Keeps the incomplete last record and releases the batch.</summary>
    public void End()
    {
        var rest = Available;
        if (_rest.Length < rest.Length) _rest = new byte[BitOperations.RoundUpToPowerOf2((uint)rest.Length)];
        rest.CopyTo(_rest);
        _restLength = rest.Length;
        _batch = null;
    }
}

internal enum FillResult
{
    HasMore,
    BatchIsFull,
    EndOfFile,
}
