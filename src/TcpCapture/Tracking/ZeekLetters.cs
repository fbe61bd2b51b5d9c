using System.Runtime.CompilerServices;

namespace TcpCapture.Tracking;

/// <summary>The letters of a short history, in place: most connections never need more.</summary>
[InlineArray(Capacity)]
internal struct ZeekLetters
{
    public const int Capacity = 15;

    private byte _first;
}
