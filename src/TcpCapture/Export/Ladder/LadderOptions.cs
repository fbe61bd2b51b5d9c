namespace TcpCapture.Export.Ladder;

/// <summary>How a ladder is drawn.</summary>
public sealed record LadderOptions
{
    /// <summary>Columns to use, 80 to 160; what is given outside is moved inside.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Use ANSI colours.</summary>
    public bool Colour { get; init; }
}
