using TcpCapture.Capture;
using TcpCapture.Capture.Files;
using TcpCapture.Correlation;
using TcpCapture.Model;
using TcpCapture.Tracking;

namespace TcpCapture.Captures;

/// <summary>A batch of frames and the segments in them. Used again and again, by one thread at a time.</summary>
/// <param name="verifies">True if checksums are verified.</param>
internal sealed class DecodedBatch(bool verifies = false)
{
    private readonly Segment[] _segments = new Segment[FrameBatch.DefaultFrames];
    private readonly ulong[] _hashes = new ulong[FrameBatch.DefaultFrames];
    private readonly DecodeResult[] _results = new DecodeResult[FrameBatch.DefaultFrames];
    private readonly ConnectionTrack?[] _tracks = new ConnectionTrack?[FrameBatch.DefaultFrames];
    private readonly Side[] _senders = new Side[FrameBatch.DefaultFrames];
    private readonly List<(int Index, Connection Connection)> _ended = [];
    private readonly bool[] _corrupt = new bool[verifies ? FrameBatch.DefaultFrames : 0];

    /// <summary>The frames.</summary>
    public FrameBatch Frames { get; } = new();

    /// <summary>What each frame holds.</summary>
    public ReadOnlySpan<DecodeResult> Results => _results.AsSpan(0, Frames.Count);

    /// <summary>The segments, each at its frame's place; meaningless where there is none.</summary>
    public ReadOnlySpan<Segment> Segments => _segments.AsSpan(0, Frames.Count);

    /// <summary>The <see cref="FourTupleHash"/> of each segment's four-tuple.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Frames.Count);

    /// <summary>True if the segment of that frame has a wrong checksum: no end has taken it.</summary>
    public bool IsCorrupt(int index) => verifies && _corrupt[index];

    /// <summary>Finds the segments.</summary>
    public void Decode()
    {
        for (var i = 0; i < Frames.Count; i++)
        {
            ref var segment = ref _segments[i];
            _results[i] = SegmentDecoder.Decode(Frames[i], out segment);
            if (_results[i] == DecodeResult.Segment) _hashes[i] = FourTupleHash.Of(segment);
        }

        if (verifies) Verify();
    }

    /// <summary>The segment of that frame belongs to a connection, whose track is to be fed later.</summary>
    public void NoteTrack(int index, ConnectionTrack track, Side sender)
    {
        _tracks[index] = track;
        _senders[index] = sender;
    }

    /// <summary>A connection has ended by that frame, to be reported once its track has been fed.</summary>
    public void NoteEnded(int index, Connection connection) => _ended.Add((index, connection));

    /// <summary>Feeds the tracks, and reports the connections that have ended, in the order of the capture.</summary>
    public void FeedTracks(Action<Connection> report)
    {
        var reported = 0;
        for (var i = 0; i < Frames.Count; i++)
        {
            if (_tracks[i] is { } track)
            {
                _tracks[i] = null;
                if (IsCorrupt(i)) track.AddCorrupt(_senders[i], _segments[i]);
                else track.Add(_senders[i], _segments[i]);
            }

            while (reported < _ended.Count && _ended[reported].Index == i) report(_ended[reported++].Connection);
        }

        _ended.Clear();
    }

    // A checksum that was left to the network card is not wrong: the capture was made before it was put in.
    private void Verify()
    {
        for (var i = 0; i < Frames.Count; i++)
            _corrupt[i] = _results[i] == DecodeResult.Segment && SegmentChecksum.Verify(Frames[i].Bytes, _segments[i]) == ChecksumResult.Wrong;
    }
}
