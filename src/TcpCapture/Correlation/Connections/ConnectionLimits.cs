namespace TcpCapture.Correlation.Connections;

/// <summary>How many connections are kept, whoever sends the segments.</summary>
/// <param name="OneSided">Open ones of which only one end was seen.</param>
/// <param name="Open">Open ones of which both ends were seen.</param>
/// <param name="TimeWait">Those in TIME_WAIT, as kernels have a limit too (<c>tcp_max_tw_buckets</c>).</param>
/// <param name="Over">Those that are over and stay a while for segments that come late.</param>
/// <param name="Remembered">Four-tuples that are remembered longer; a power of two.</param>
internal readonly record struct ConnectionLimits(int OneSided, int Open, int TimeWait, int Over, int Remembered)
{
    /// <summary>Of a recording, or of a capture as a whole.</summary>
    public static ConnectionLimits Whole { get; } = new(32_768, 131_072, 8192, 8192, 1 << 18);

    /// <summary>The part of each of several tables.</summary>
    /// <param name="tables">How many there are; a power of two.</param>
    public ConnectionLimits Share(int tables) => new(OneSided / tables, Open / tables, TimeWait / tables, Over / tables, Remembered / tables);
}
