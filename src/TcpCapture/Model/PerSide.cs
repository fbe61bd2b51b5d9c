using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TcpCapture.Model;

/// <summary>
/// One for each end of a connection. Found by the side without a branch: which end sends the next segment nobody can predict, and
/// a processor that has guessed wrong begins anew.
/// </summary>
/// <typeparam name="T">What there is one of.</typeparam>
[InlineArray(2)]
internal struct PerSide<T>
{
    private T _client;

    /// <param name="client">The client's.</param>
    /// <param name="server">The server's.</param>
    public PerSide(T client, T server)
    {
        Unsafe.SkipInit(out this);
        this[(int)Side.Client] = client;
        this[(int)Side.Server] = server;
    }

    /// <summary>A side's.</summary>
    [UnscopedRef]
    public ref T Of(Side side) => ref this[(int)side];
}
