using System.Runtime.CompilerServices;
using TcpCapture.Model;
using TcpCapture.PeerTools.Tcptrace;

namespace TcpCapture.PeerTools.Zeek;

/// <summary>What only few connections need for their Zeek history: the letters beyond the first, counts, and data behind gaps.</summary>
internal sealed class ZeekRarities
{
    /// <summary>Longer histories tell no more, and letters of an attacker's choice must not fill memory.</summary>
    private const int MostLetters = 256 - ZeekLetters.Capacity;

    private Counts _counts;
    private SequenceRanges? _clientRanges;
    private SequenceRanges? _serverRanges;
    private byte[] _letters = [];
    private int _length;

    public ReadOnlySpan<byte> Letters => _letters.AsSpan(0, _length);

    /// <summary>A side's data that lies behind a gap; null if there never was any.</summary>
    public SequenceRanges? RangesOf(Side side) => side == Side.Client ? _clientRanges : _serverRanges;

    /// <summary>The same, to add to it.</summary>
    public SequenceRanges RangesFor(Side side) => (side == Side.Client ? ref _clientRanges : ref _serverRanges) ??= new SequenceRanges();

    public void Append(byte letter)
    {
        if (_length == MostLetters) return;
        if (_length == _letters.Length) Array.Resize(ref _letters, Math.Min(MostLetters, Math.Max(16, _length * 2)));
        _letters[_length++] = letter;
    }

    /// <summary>Counts one more; true for the first, the 10th, the 100th ….</summary>
    public bool Count(Side side, int kind)
    {
        ref var count = ref _counts[kind * 2 + (side == Side.Client ? 0 : 1)];
        if (count == uint.MaxValue) return false;
        count++;
        return count is 1 or 10 or 100 or 1_000 or 10_000 or 100_000 or 1_000_000 or 10_000_000 or 100_000_000 or 1_000_000_000;
    }

    [InlineArray(8)]
    private struct Counts
    {
        private uint _first;
    }
}
