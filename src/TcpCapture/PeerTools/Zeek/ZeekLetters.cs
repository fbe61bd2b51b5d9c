using System.Runtime.CompilerServices;

namespace TcpCapture.PeerTools.Zeek;

/// <summary>The letters of a short history, in place, and behind them how many there are: most connections never need more.</summary>
[InlineArray(Capacity + 1)]
internal struct ZeekLetters
{
    public const int Capacity = 15;

    private byte _first;
}
