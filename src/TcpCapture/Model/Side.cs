using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TcpCapture.Model;

/// <summary>An end of a connection, by who opened it.</summary>
public enum Side : byte
{
    /// <summary>The end that did the active open (sent the SYN).</summary>
    Client,

    /// <summary>The end that did the passive open.</summary>
    Server,
}

/// <summary>The peer of a side, and the words for sides.</summary>
internal static class SideExtensions
{
    public static Side Peer(this Side side) => side ^ Side.Server;

    /// <summary><c>client</c> or <c>server</c>.</summary>
    public static string ToText(this Side side) => side == Side.Client ? "client" : "server";
}

/// <summary>A value for each end of a connection.</summary>
// Indexed without a branch: the sender is unpredictable, so a branch would mispredict.
[InlineArray(2)]
internal struct PerSide<T>
{
    private T _client;

    public PerSide(T client, T server)
    {
        Unsafe.SkipInit(out this);
        this[(int)Side.Client] = client;
        this[(int)Side.Server] = server;
    }

    [UnscopedRef]
    public ref T Of(Side side) => ref this[(int)side];
}
