using System.Globalization;

namespace TcpCapture.Live.States.Tracing;

/// <summary>The name of a trace instance. It identifies the process that created it, even if a process number is reused.</summary>
/// <remarks>The start time is in the clock ticks of /proc/PID/stat. The random number distinguishes instances of one process.</remarks>
internal readonly record struct TraceInstanceName(int ProcessId, ulong StartTime, uint Nonce)
{
    private const string Prefix = "tcpcapture";

    /// <summary>Parses a name; false if TcpCapture did not write it.</summary>
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

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{ProcessId}-{StartTime}-{Nonce:x8}");
}
