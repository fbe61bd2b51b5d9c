using TcpCapture.Model;

namespace TcpCapture.Recordings;

/// <summary>A queue of frames. Their bytes are copied into large reused blocks, so that a frame needs no allocation.</summary>
internal sealed class FrameQueue
{
    private const int BlockSize = 1024 * 1024;
    private const int SpareBlocks = 16;

    private readonly Queue<Held> _frames = new();
    private readonly Stack<byte[]> _spare = new();
    private byte[] _block = new byte[BlockSize];
    private int _used;

    private readonly record struct Held(
        long Key, Timestamp Time, int LinkType, int OriginalLength, byte[] Block, int Offset, int Length, FramePassage? Passage);

    public int Count => _frames.Count;
    public long Bytes { get; private set; } // bytes of all frames in the queue
    public long FirstKey => _frames.Peek().Key;

    /// <summary>The first frame, valid until <see cref="RemoveFirst"/>.</summary>
    public Frame First
    {
        get
        {
            var held = _frames.Peek();
            var bytes = held.Block.AsSpan(held.Offset, held.Length);
            return new Frame(held.Time, held.LinkType, held.OriginalLength, bytes) { Passage = held.Passage };
        }
    }

    public void Add(long key, in Frame frame)
    {
        var length = frame.Bytes.Length;
        if (length > _block.Length - _used) NextBlock(length);
        frame.Bytes.CopyTo(_block.AsSpan(_used));
        _frames.Enqueue(new Held(key, frame.Time, frame.LinkType, frame.OriginalLength, _block, _used, length, frame.Passage));
        _used += length;
        Bytes += length;
    }

    public void RemoveFirst()
    {
        var held = _frames.Dequeue();
        Bytes -= held.Length;
        if (_frames.Count == 0) _used = 0; // the last frame was in the block being filled
        else if (_frames.Peek().Block != held.Block) Keep(held.Block);
    }

    private void NextBlock(int length)
    {
        if (_frames.Count == 0) Keep(_block); // no frame refers to it, so none would return it
        if (length > BlockSize) _block = new byte[length];
        else if (!_spare.TryPop(out _block!)) _block = new byte[BlockSize];
        _used = 0;
    }

    private void Keep(byte[] block)
    {
        if (block.Length == BlockSize && _spare.Count < SpareBlocks) _spare.Push(block);
    }
}
