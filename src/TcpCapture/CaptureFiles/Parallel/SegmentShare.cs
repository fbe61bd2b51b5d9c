using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>The segments of a batch for one thread, in capture order and adjacent in memory for the cache.</summary>
internal sealed class SegmentShare
{
    private const int MinCapacity = 1024;

    private Entry[] _entries = new Entry[MinCapacity];
    private int _count;

    public ReadOnlySpan<Entry> Entries => _entries.AsSpan(0, _count);

    /// <summary>Where the next segment is decoded, before <see cref="Add"/>.</summary>
    public ref Entry Next
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_count == _entries.Length) Grow();
            return ref _entries[_count];
        }
    }

    /// <summary>Adds the segment at <see cref="Next"/>.</summary>
    public void Add() => _count++;

    public void Clear() => _count = 0;
    private void Grow() => Array.Resize(ref _entries, 2 * _count);

    internal struct Entry
    {
        public Segment Segment;
        public ulong Hash; // the FourTupleHash of its four-tuple
        public int Index; // index of its frame in the batch
        public int Lane;
    }
}
