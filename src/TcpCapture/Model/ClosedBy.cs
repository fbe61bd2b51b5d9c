namespace TcpCapture.Model;

/// <summary>Which end closed a connection first. A reset does not close: it aborts.</summary>
public enum ClosedBy : byte
{
    /// <summary>Neither end sent a FIN.</summary>
    Nobody,

    /// <summary>The client sent its FIN first.</summary>
    Client,

    /// <summary>The server sent its FIN first.</summary>
    Server,

    /// <summary>The FINs crossed: each end sent its own before the other's had arrived.</summary>
    Both,
}

internal static class ClosedByText
{
    private static readonly string[] Texts = ["nobody", "client", "server", "both"];

    /// <summary>The words that connections.csv and filters use.</summary>
    public static IReadOnlyList<string> Words { get; } = ["client", "server", "both", "nobody"];

    /// <summary><c>nobody</c>, <c>client</c>, <c>server</c> or <c>both</c>.</summary>
    public static string ToText(this ClosedBy closedBy) => Texts[(int)closedBy];
}
