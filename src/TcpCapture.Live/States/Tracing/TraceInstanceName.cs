using System.Globalization;

namespace TcpCapture.Live.States.Tracing;

/// <summary>
/// The name of an instance of ours: it says which process made it and when that one was started, so that a later start can
/// tell whether its maker is gone, even if the number has been given again.
/// </summary>
/// <param name="ProcessId">The process.</param>
/// <param name="StartTime">Its start, in the clock ticks of /proc/PID/stat.</param>
/// <param name="Nonce">Any number, to tell several instances of one process apart.</param>
internal readonly record struct TraceInstanceName(int ProcessId, ulong StartTime, uint Nonce)
{
    private const string Prefix = "tcpcapture";

    /// <summary>Reads a name; false if it is not one of ours.</summary>
    public static bool TryParse(string text, out TraceInstanceName name)
    {
        name = default;
        var parts = text.Split('-');
        if (parts.Length != 4 || parts[0] != Prefix ||
            !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var process) ||
            !ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var start) ||
            !uint.TryParse(parts[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var nonce))
        {
            return false;
        }

        name = new TraceInstanceName(process, start, nonce);
        return name.ToString() == text;
    }

    /// <summary>Finds the start time in the text of /proc/PID/stat; null if it is not there.</summary>
    public static ulong? ParseStartTime(string stat)
    {
        // The process's name may hold anything, parentheses too: the last one ends it. The start is the 20th after it.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? start : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{ProcessId}-{StartTime}-{Nonce:x8}");
}
