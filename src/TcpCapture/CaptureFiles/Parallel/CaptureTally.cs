using TcpCapture.Decoding;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>What the frames of a capture, or of a part of it, hold.</summary>
internal sealed class CaptureTally
{
    private static readonly int Kinds = Enum.GetValues<DecodeResult>().Length;

    private readonly long[] _counts = new long[Kinds];
    private readonly long[] _first = new long[Kinds];
    private readonly List<int> _undecoded = [];
    private long _firstFrame;
    private long _frames;

    /// <summary>Frames in all. May be asked by any thread.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>Segments with a wrong checksum.</summary>
    public long Corrupt { get; private set; }

    /// <summary>The number of the first of those; 0 if there is none.</summary>
    public long FirstCorrupt { get; private set; }

    /// <summary>The LINKTYPE_ values of frames that cannot be decoded, in the order they were met.</summary>
    public IReadOnlyList<int> Undecoded => _undecoded;

    /// <summary>How many frames turned out to be that.</summary>
    public long Of(DecodeResult result) => _counts[(int)result];

    /// <summary>The number of the first of them; 0 if there is none.</summary>
    public long FirstOf(DecodeResult result) => _first[(int)result];

    /// <summary>Counts another part, from nothing.</summary>
    /// <param name="firstFrame">Number of its first frame.</param>
    public void Begin(long firstFrame)
    {
        Array.Clear(_counts);
        Array.Clear(_first);
        _undecoded.Clear();
        (Corrupt, FirstCorrupt, _frames) = (0, 0, 0);
        _firstFrame = firstFrame;
    }

    /// <summary>Counts a frame without a segment.</summary>
    /// <param name="result">What it is.</param>
    /// <param name="index">Its place in the part, from 0.</param>
    public void Add(DecodeResult result, int index)
    {
        if (_counts[(int)result]++ == 0) _first[(int)result] = _firstFrame + index;
    }

    /// <summary>Counts a segment whose checksum is wrong; it is counted as a segment, too.</summary>
    /// <param name="index">The place of its frame in the part, from 0.</param>
    public void AddCorrupt(int index)
    {
        if (Corrupt++ == 0) FirstCorrupt = _firstFrame + index;
    }

    /// <summary>Counts what is left of the part.</summary>
    /// <param name="segments">How many frames have a segment.</param>
    /// <param name="frames">How many frames there are.</param>
    public void AddSegments(int segments, int frames)
    {
        _counts[(int)DecodeResult.Segment] = segments;
        _frames = frames;
    }

    /// <summary>Remembers the link type of a frame that cannot be decoded.</summary>
    public void AddUndecoded(int linkType)
    {
        if (!_undecoded.Contains(linkType)) _undecoded.Add(linkType);
    }

    /// <summary>Adds the part that follows.</summary>
    public void Add(CaptureTally next)
    {
        for (var kind = 0; kind < Kinds; kind++)
        {
            if (_counts[kind] == 0) _first[kind] = next._first[kind];
            _counts[kind] += next._counts[kind];
        }

        if (Corrupt == 0) FirstCorrupt = next.FirstCorrupt;
        Corrupt += next.Corrupt;
        foreach (var linkType in next._undecoded) AddUndecoded(linkType);
        Volatile.Write(ref _frames, _frames + next._frames);
    }
}
