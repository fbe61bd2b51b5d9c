namespace TcpCapture.Model;

/// <summary>An end of a connection, by who opened it.</summary>
public enum Side : byte
{
    /// <summary>The end that did the active open (sent the SYN).</summary>
    Client,

    /// <summary>The end that did the passive open.</summary>
    Server,
}

/// <summary>What follows from a side.</summary>
public static class SideExtensions
{
    /// <summary>The other end.</summary>
    public static Side Peer(this Side side) => side ^ Side.Server;

    /// <summary><c>client</c> or <c>server</c>.</summary>
    public static string ToText(this Side side) => side == Side.Client ? "client" : "server";
}
