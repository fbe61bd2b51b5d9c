using System.Runtime.CompilerServices;
using TcpCapture.Model;
using TcpCapture.Pipeline;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>
/// Segments of a batch that are followed one after the other, by one thread and in the order of the capture. They lie in that order,
/// so that they are in the processor's cache when their turn comes: many of them were decoded on another core.
/// </summary>
internal sealed class SegmentShare
{
    private const int Smallest = 1024;

    private Entry[] _entries = new Entry[Smallest];
    private int _count;

    /// <summary>What was found out about their connections.</summary>
    public LaneOutcome Outcome { get; } = new();

    /// <summary>The segments.</summary>
    public ReadOnlySpan<Entry> Entries => _entries.AsSpan(0, _count);

    /// <summary>Where the next one goes; <see cref="Add"/> says that it is there.</summary>
    public ref Entry Next
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_count == _entries.Length) Grow();
            return ref _entries[_count];
        }
    }

    /// <summary>The segment at <see cref="Next"/> is whole.</summary>
    public void Add() => _count++;

    /// <summary>Forgets the segments.</summary>
    public void Clear() => _count = 0;

    private void Grow() => Array.Resize(ref _entries, 2 * _count);

    /// <summary>A segment.</summary>
    internal struct Entry
    {
        /// <summary>What it says.</summary>
        public Segment Segment;

        /// <summary>The <see cref="FourTupleHash"/> of its four-tuple.</summary>
        public ulong Hash;

        /// <summary>The place of its frame in the batch.</summary>
        public int Index;

        /// <summary>The lane that follows its connection.</summary>
        public int Lane;
    }
}
