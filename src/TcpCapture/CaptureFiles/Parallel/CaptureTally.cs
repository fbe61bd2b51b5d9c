using TcpCapture.Decoding;

namespace TcpCapture.CaptureFiles.Parallel;

/// <summary>Counts the frames of a capture, or of a batch, by decoding result.</summary>
internal sealed class CaptureTally
{
    /// <summary>Protocols counted apart; a damaged file could have thousands.</summary>
    private const int MaxProtocols = 64;

    private static readonly int Kinds = Enum.GetValues<DecodeResult>().Length;

    private readonly long[] _counts = new long[Kinds];
    private readonly long[] _first = new long[Kinds];
    private readonly List<int> _undecoded = [];
    private readonly List<OpaqueCount> _opaque = [];
    private long _firstFrame;
    private long _frames;

    /// <summary>Frames in total; readable by any thread.</summary>
    public long Frames => Volatile.Read(ref _frames);

    public long Corrupt { get; private set; } // segments with a wrong checksum
    public long FirstCorrupt { get; private set; } // the number of the first such segment; 0 if there is none

    /// <summary>The LINKTYPE_ values that cannot be decoded, in order of appearance.</summary>
    public IReadOnlyList<int> Undecoded => _undecoded;

    /// <summary>The frames with <see cref="DecodeResult.Opaque"/> by protocol, in order of appearance.</summary>
    public IReadOnlyList<OpaqueCount> Opaque => _opaque;

    public long Of(DecodeResult result) => _counts[(int)result];

    /// <summary>The number of the first frame with that result; 0 if there is none.</summary>
    public long FirstOf(DecodeResult result) => _first[(int)result];

    /// <summary>Starts counting a batch from its first frame's number.</summary>
    public void Begin(long firstFrame)
    {
        Array.Clear(_counts);
        Array.Clear(_first);
        _undecoded.Clear();
        _opaque.Clear();
        (Corrupt, FirstCorrupt, _frames) = (0, 0, 0);
        _firstFrame = firstFrame;
    }

    /// <summary>Counts the frame at an index of the batch that has no segment.</summary>
    public void Add(DecodeResult result, int index)
    {
        if (_counts[(int)result]++ == 0) _first[(int)result] = _firstFrame + index;
    }

    /// <summary>Counts a segment with a wrong checksum, which also counts as a segment.</summary>
    public void AddCorrupt(int index)
    {
        if (Corrupt++ == 0) FirstCorrupt = _firstFrame + index;
    }

    public void AddSegments(int segments, int frames)
    {
        _counts[(int)DecodeResult.Segment] = segments;
        _frames = frames;
    }

    /// <summary>Adds the link type of a frame that cannot be decoded.</summary>
    public void AddUndecoded(int linkType)
    {
        if (!_undecoded.Contains(linkType)) _undecoded.Add(linkType);
    }

    /// <summary>Adds the protocol of the frame at an index of the batch that is not decoded.</summary>
    public void AddOpaque(int code, int index) => AddOpaque(new OpaqueCount(code, 1, _firstFrame + index));

    private void AddOpaque(OpaqueCount more)
    {
        var at = _opaque.FindIndex(count => count.Code == more.Code);
        if (at < 0 && _opaque.Count >= MaxProtocols)
        {
            more = more with { Code = OpaqueProtocols.Others };
            at = _opaque.FindIndex(count => count.Code == OpaqueProtocols.Others);
        }

        if (at < 0) _opaque.Add(more);
        else _opaque[at] = _opaque[at] with { Frames = _opaque[at].Frames + more.Frames };
    }

    /// <summary>Adds the batch that follows.</summary>
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
        foreach (var count in next._opaque) AddOpaque(count);
        Volatile.Write(ref _frames, _frames + next._frames);
    }
}

/// <summary>The number of frames of a protocol that is not decoded, and the first one's number from 1.</summary>
/// <param name="Code">A code of <see cref="OpaqueProtocols"/>.</param>
/// <param name="Frames">The number of frames.</param>
/// <param name="First">The number of the first.</param>
internal readonly record struct OpaqueCount(int Code, long Frames, long First);
