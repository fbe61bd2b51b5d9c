namespace TcpCapture.Export.Ladder;

/// <summary>Options for drawing a ladder.</summary>
internal sealed record LadderOptions
{
    /// <summary>
    /// The width in columns, limited to 80 to 160. From 120 on, arrows also show relative sequence and acknowledgement numbers.
    /// </summary>
    public int Width { get; init; } = 100;

    /// <summary>Use ANSI colours. Colours only repeat what words or symbols show.</summary>
    public bool Colour { get; init; }
}
