using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TcpCapture.Recordings.Merging;

/// <summary>The match of each frame of a recording, on disk, so that memory does not grow. The file is deleted when closed.</summary>
internal sealed class MatchFile : IDisposable
{
    private const int RecordLength = 32;
    private const int ReadAhead = 2048;

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly SegmentMatch[] _page = new SegmentMatch[ReadAhead];
    private long _pageStart = -1;
    private int _pageCount;

    /// <exception cref="IOException">It cannot be created.</exception>
    public MatchFile(string path)
    {
        _path = path;
        _handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    public long LastFrame { get; private set; } // the highest frame number that has a match

    /// <exception cref="IOException">The disk is full, or cannot be written.</exception>
    public void Write(long frame, in SegmentMatch match)
    {
        RandomAccess.Write(_handle, MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in match, 1)), frame * RecordLength);
        LastFrame = Math.Max(LastFrame, frame);
        _pageStart = -1;
    }

    /// <summary>The match of a frame; fast if read in order.</summary>
    public SegmentMatch Read(long frame)
    {
        if (frame > LastFrame) return default;
        var start = frame / ReadAhead * ReadAhead;
        if (start != _pageStart)
        {
            _pageCount = RandomAccess.Read(_handle, MemoryMarshal.AsBytes(_page.AsSpan()), start * RecordLength) / RecordLength;
            _pageStart = start;
        }

        var index = (int)(frame - start);
        return index < _pageCount ? _page[index] : default;
    }

    public void Dispose()
    {
        _handle.Dispose();
        File.Delete(_path);
    }
}

/// <summary>The counterpart of a frame in the other recording; PeerFrame is 0 if there is none.</summary>
// Times are in ns on each host's own clock. Missing is the number of bytes that did not arrive, if others did.
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SegmentMatch(long PeerFrame, long OwnTime, long PeerTime, SegmentMatchFlags Flags, int Missing = 0)
{
    public bool IsFound => PeerFrame != 0;
    public bool IsOutbound => (Flags & SegmentMatchFlags.Outbound) != 0;
    public bool IsCertain => (Flags & SegmentMatchFlags.Ambiguous) == 0;

    /// <summary>The match as seen from the counterpart.</summary>
    public SegmentMatch Reverse(long ownFrame) => new(ownFrame, PeerTime, OwnTime, Flags ^ SegmentMatchFlags.Outbound);
}

/// <summary>Facts about a match, stored in four bytes.</summary>
[Flags]
internal enum SegmentMatchFlags : int
{
    None = 0,
    Outbound = 1, // the frame's own host sent it
    Ambiguous = 2, // equal segments were in flight, so the counterpart may be another one
    InPieces = 4, // the segment was split or joined on the way
}
