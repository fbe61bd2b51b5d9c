namespace TcpCapture;

/// <summary>How a ladder is drawn.</summary>
public sealed record LadderOptions
{
    /// <summary>
    /// Columns to use, 80 to 160; what is given outside is moved inside. From 120 on, the arrows say relative sequence
    /// and acknowledgement numbers too.
    /// </summary>
    public int Width { get; init; } = 100;

    /// <summary>Use ANSI colours. Without them nothing is lost: a colour only repeats what words or marks say.</summary>
    public bool Colour { get; init; }
}
