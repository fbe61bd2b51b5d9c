using TcpCapture.Model;

namespace TcpCapture.CaptureFiles;

/// <summary>
/// Frames in the order of their file, with the bytes of all of them in one buffer, into which the file is read. Meant to be
/// filled again and again: by one thread, while another one looks at another batch.
/// </summary>
/// <param name="frames">Most frames it takes.</param>
/// <param name="bytes">
/// Length of the buffer; a batch ends when it is full. It grows for a record that is longer, as the bytes of that arrive, up to
/// what the format allows: 16 MiB for pcapng, 256 KiB for pcap.
/// </param>
internal sealed class FrameBatch(int frames = FrameBatch.DefaultFrames, int bytes = FrameBatch.DefaultBytes)
{
    public const int DefaultFrames = 4096;
    public const int DefaultBytes = 1 << 21;

    private readonly FrameEntry[] _entries = new FrameEntry[frames];

    /// <summary>How many frames it holds.</summary>
    public int Count { get; private set; }

    /// <summary>True if it takes no more frames.</summary>
    public bool IsFull => Count == _entries.Length;

    /// <summary>The frames' bytes, and what is between them in the file.</summary>
    public byte[] Buffer { get; private set; } = new byte[bytes];

    /// <summary>The frames without their bytes.</summary>
    public ReadOnlySpan<FrameEntry> Entries => _entries.AsSpan(0, Count);

    /// <summary>A frame, valid until the batch is filled again.</summary>
    public Frame this[int index]
    {
        get
        {
            ref readonly var entry = ref Entries[index];
            return new Frame(entry.Time, entry.LinkType, entry.OriginalLength, Buffer.AsSpan(entry.Offset, entry.Length));
        }
    }

    /// <summary>Forgets the frames.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a frame whose bytes are in the buffer. Not when it <see cref="IsFull"/>.</summary>
    public void Add(in FrameEntry entry) => _entries[Count++] = entry;

    /// <summary>Where the next frames go, if several are added at once: <see cref="Add(int)"/> says how many they were.</summary>
    public Span<FrameEntry> Room => _entries.AsSpan(Count);

    /// <summary>Adds the first frames of what <see cref="Room"/> was.</summary>
    public void Add(int frames) => Count += frames;

    /// <summary>Copies a frame into the batch; false if it <see cref="IsFull"/>, or the frame's bytes have no room beside others.</summary>
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

    /// <summary>Makes the buffer longer; what is in it stays where it is.</summary>
    public void Grow(int length)
    {
        var longer = new byte[length];
        Buffer.CopyTo(longer, 0);
        Buffer = longer;
    }
}
