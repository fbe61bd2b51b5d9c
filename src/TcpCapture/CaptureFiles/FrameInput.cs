using System.Numerics;
using TcpCapture.CaptureFiles.Bytes;

namespace TcpCapture.CaptureFiles;

/// <summary>
/// Reads a file's bytes straight into the buffer of the batch that is being filled. What a batch leaves over, a record that is
/// not there whole, is kept and begins the next one.
/// </summary>
/// <param name="bytes">The bytes.</param>
/// <param name="chunk">Most bytes asked for at once: what a batch leaves over is less than that, or one record.</param>
internal sealed class FrameInput(ContentBytes bytes, int chunk = 64 * 1024)
{
    private FrameBatch? _batch;
    private byte[] _rest = [];
    private int _restLength;
    private int _end;
    private bool _isWaiting;

    /// <summary>Where in the file the next record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Where in the batch's buffer that is.</summary>
    public int Start { get; private set; }

    /// <summary>What was read from there on.</summary>
    public ReadOnlySpan<byte> Available => _batch is null ? default : _batch.Buffer.AsSpan(Start, _end - Start);

    /// <summary>Begins with bytes that were read to find out what the file is.</summary>
    /// <param name="begin">What of them is still to be taken.</param>
    /// <param name="offset">Where in the file they are.</param>
    public void StartWith(ReadOnlySpan<byte> begin, long offset)
    {
        _rest = begin.ToArray();
        _restLength = begin.Length;
        Offset = offset;
    }

    /// <summary>Begins to fill a batch.</summary>
    public void Begin(FrameBatch batch)
    {
        batch.Clear();
        if (batch.Buffer.Length < _restLength) batch.Grow(_restLength);
        _rest.AsSpan(0, _restLength).CopyTo(batch.Buffer);
        (_batch, Start, _end) = (batch, 0, _restLength);
    }

    /// <summary>Goes on to the next record.</summary>
    public void Skip(int length)
    {
        Start += length;
        Offset += length;
    }

    /// <summary>Reads on, so that a record of <paramref name="length"/> bytes may be whole; not necessarily all of it.</summary>
    public FillResult Fill(int length)
    {
        var batch = _batch!;

        // A pipe that gave less than it was asked for has no more at present: what there is should not wait for its writer.
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
        return FillResult.MoreIsThere;
    }

    /// <summary>Lets go of what is kept, when nothing more will be read.</summary>
    public void Close() => (_rest, _restLength) = ([], 0);

    /// <summary>Keeps what the batch leaves over, and lets go of the batch.</summary>
    public void End()
    {
        var rest = Available;
        if (_rest.Length < rest.Length) _rest = new byte[BitOperations.RoundUpToPowerOf2((uint)rest.Length)];
        rest.CopyTo(_rest);
        _restLength = rest.Length;
        _batch = null;
    }
}
