using System.Globalization;
using TcpCapture.Cli.Arguments;
using TcpCapture.Live;

namespace TcpCapture.Cli.Terminal;

/// <summary>One line on stderr that is written over while a recording goes on, if that is a terminal.</summary>
internal sealed class LiveSummary
{
    private const int LeastMilliseconds = 200;

    private TimeSpan _shown;
    private long _segmentsShown;
    private double _rate;
    private bool _isShown;

    /// <summary>Shows how it stands.</summary>
    public void Show(RecorderStatus status)
    {
        if (Console.IsErrorRedirected) return;
        var since = status.Elapsed - _shown;
        if (_isShown && since.TotalMilliseconds < LeastMilliseconds) return;
        if (since > TimeSpan.Zero) _rate = (status.Counts.Segments - _segmentsShown) / since.TotalSeconds;
        _shown = status.Elapsed;
        _segmentsShown = status.Counts.Segments;
        _isShown = true;
        var line = Line(status, _rate);
        var width = Math.Max(Console.WindowWidth - 1, 1);
        Console.Error.Write("\r" + (line.Length > width ? line[..width] : line) + "\e[K");
    }

    /// <summary>Takes the line away.</summary>
    public void End()
    {
        if (_isShown) Console.Error.Write("\r\e[K");
        _isShown = false;
    }

    /// <summary>The line: what people want to know first stands first, for a narrow terminal cuts it.</summary>
    internal static string Line(RecorderStatus status, double segmentsPerSecond)
    {
        var counts = status.Counts;
        var parts = status.Part > 1 || status.PartsWaiting > 1
            ? string.Create(CultureInfo.InvariantCulture, $" · part {status.Part}{(status.PartsWaiting > 1 ? $", {status.PartsWaiting} wait to be written" : "")}")
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{(status.IsFollowing ? "waiting for TIME_WAIT to end · " : "")}{status.Elapsed:hh\\:mm\\:ss} · {counts.Open} open, {counts.Connections - counts.Open} closed · {segmentsPerSecond:F0} segments/s")
            + string.Create(CultureInfo.InvariantCulture,
                $" · {counts.Resets} resets · {counts.SynRetransmissions} SYNs again · {status.Dropped?.ToString(CultureInfo.InvariantCulture) ?? "?"} dropped · {SizeText.From(status.Bytes)}{parts}");
    }
}
