using System.Globalization;

namespace TcpCapture.Live.States.Tracing;

/// <summary>What the <c>stats</c> file of a CPU's buffer says.</summary>
internal static class TraceBufferStatistics
{
    private static readonly string[] Losses = ["overrun", "commit overrun", "dropped events"];

    /// <summary>Events that were overwritten, could not be placed, or were dropped.</summary>
    public static long ParseLost(ReadOnlySpan<char> stats)
    {
        long lost = 0;
        foreach (var line in stats.EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon < 0 || Array.IndexOf(Losses, line[..colon].Trim().ToString()) < 0) continue;
            if (long.TryParse(line[(colon + 1)..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var n)) lost += n;
        }

        return lost;
    }
}
