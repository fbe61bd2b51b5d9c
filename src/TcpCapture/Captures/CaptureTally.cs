using TcpCapture.Capture;

namespace TcpCapture.Captures;

/// <summary>What the frames of a capture held.</summary>
internal sealed class CaptureTally
{
    private static readonly int Kinds = Enum.GetValues<DecodeResult>().Length;

    private readonly long[] _counts = new long[Kinds];
    private readonly long[] _first = new long[Kinds];

    private readonly List<int> _undecoded = [];

    /// <summary>Frames in all.</summary>
    public long Frames { get; private set; }

    /// <summary>Counts a frame.</summary>
    /// <returns>Its number, from 1.</returns>
    public long Add(DecodeResult result)
    {
        Frames++;
        if (_counts[(int)result]++ == 0) _first[(int)result] = Frames;
        return Frames;
    }

    /// <summary>Remembers the link type of a frame that cannot be decoded.</summary>
    public void AddUndecoded(int linkType)
    {
        if (!_undecoded.Contains(linkType)) _undecoded.Add(linkType);
    }

    /// <summary>The LINKTYPE_ values of frames that cannot be decoded, in the order they were met.</summary>
    public IReadOnlyList<int> Undecoded => _undecoded;

    /// <summary>How many frames turned out to be that.</summary>
    public long Of(DecodeResult result) => _counts[(int)result];

    /// <summary>The number of the first of them; 0 if there is none.</summary>
    public long FirstOf(DecodeResult result) => _first[(int)result];
}
