using TcpCapture.Model;

namespace TcpCapture.CaptureFiles;

/// <summary>Frames in file order with one reused buffer for their bytes, into which the file is read.</summary>
// bytes: length of the buffer. It grows for a longer record, up to the limit of the format.
internal sealed class FrameBatch(int frames = FrameBatch.DefaultFrames, int bytes = FrameBatch.DefaultBytes)
{
    public const int DefaultFrames = 4096;
    public const int DefaultBytes = 1 << 21;

    private readonly FrameEntry[] _entries = new FrameEntry[frames];

    public int Count { get; private set; }
    public bool IsFull => Count == _entries.Length;

    /// <summary>The frames' bytes, and the file's bytes between them.</summary>
    public byte[] Buffer { get; private set; } = new byte[bytes];

    public ReadOnlySpan<FrameEntry> Entries => _entries.AsSpan(0, Count);

    public Frame this[int index]
    {
        get
        {
            ref readonly var entry = ref Entries[index];
            return new Frame(entry.Time, entry.LinkType, entry.OriginalLength, Buffer.AsSpan(entry.Offset, entry.Length));
        }
    }

    public void Clear() => Count = 0;

    /// <summary>Adds a frame whose bytes are in the buffer; requires not <see cref="IsFull"/>.</summary>
    public void Add(in FrameEntry entry) => _entries[Count++] = entry;

    /// <summary>Where the next frames go, before <see cref="Add(int)"/>.</summary>
    public Span<FrameEntry> Room => _entries.AsSpan(Count);

    /// <summary>Adds the first frames of <see cref="Room"/>.</summary>
    public void Add(int frames) => Count += frames;

    /// <summary>Copies a frame into the batch; false if the batch or its buffer is full.</summary>
    public bool TryCopy(in Frame frame)
    {
        if (IsFull) return false;
        var at = Count == 0 ? 0 : _entries[Count - 1].Offset + _entries[Count - 1].Length;
        if (frame.Bytes.Length > Buffer.Length - at)
        {
            if (Count > 0) return false;
            Buffer = new byte[frame.Bytes.Length];
        }

        frame.Bytes.CopyTo(Buffer.AsSpan(at));
        Add(new FrameEntry(frame.Time, frame.LinkType, frame.OriginalLength, at, frame.Bytes.Length));
        return true;
    }

    /// <summary>Enlarges the buffer and keeps its content in place.</summary>
    public void Grow(int length)
    {
        var longer = new byte[length];
        Buffer.CopyTo(longer, 0);
        Buffer = longer;
    }
}

// OriginalLength is the file's claim, perhaps less than Length (the captured bytes); Offset is in the batch's buffer.
internal readonly record struct FrameEntry(Timestamp Time, int LinkType, int OriginalLength, int Offset, int Length);
