using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.PeerTools.Zeek;

/// <summary>Rarely needed parts of a Zeek history: further letters, counts, and data behind gaps.</summary>
internal sealed class ZeekRarities
{
    private const int MaxLetters = 256 - ZeekLetters.Capacity; // bounds the memory an attacker can fill with letters

    private Counts _counts;
    private SequenceRanges? _clientRanges;
    private SequenceRanges? _serverRanges;
    private byte[] _letters = [];
    private int _length;

    public ReadOnlySpan<byte> Letters => _letters.AsSpan(0, _length);

    /// <summary>A side's data behind a gap; null if there never was any.</summary>
    public SequenceRanges? RangesOf(Side side) => side == Side.Client ? _clientRanges : _serverRanges;

    /// <summary>The same, created if necessary.</summary>
    public SequenceRanges RangesFor(Side side) => (side == Side.Client ? ref _clientRanges : ref _serverRanges) ??= new SequenceRanges();

    public void Append(byte letter)
    {
        if (_length == MaxLetters) return;
        if (_length == _letters.Length) Array.Resize(ref _letters, Math.Min(MaxLetters, Math.Max(16, _length * 2)));
        _letters[_length++] = letter;
    }

    /// <summary>Counts an event; true for the 1st, 10th, 100th ….</summary>
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

/// <summary>Events with a letter for the 1st, 10th, 100th ….</summary>
internal enum ZeekCount : byte
{
    Corrupt,
    Gap,
    Retransmission,
    ZeroWindow,
}
