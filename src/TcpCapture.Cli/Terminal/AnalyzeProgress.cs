using System.Diagnostics;
using System.Globalization;
using TcpCapture.Cli.Arguments;

namespace TcpCapture.Cli.Terminal;

/// <summary>Shows the progress of an analysis in the status line, five times a second.</summary>
internal sealed class AnalyzeProgress : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Next = TimeSpan.FromMilliseconds(200);

    private readonly CaptureAnalysis _analysis;
    private readonly string _pass;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _writing = new();
    private readonly Timer? _timer;
    private bool _isOver;

    /// <summary>Starts to show the progress of a pass; its name is empty if there is only one.</summary>
    public AnalyzeProgress(CaptureAnalysis analysis, string pass)
    {
        (_analysis, _pass) = (analysis, pass.Length == 0 ? "" : $" · {pass}");
        if (!Console.IsErrorRedirected) _timer = new Timer(_ => Show(), null, First, Next);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_writing)
        {
            _isOver = true;
            StatusLine.Clear();
        }
    }

    private void Show()
    {
        lock (_writing)
        {
            if (!_isOver) StatusLine.Show(Line(Stopwatch.GetElapsedTime(_start)));
        }
    }

    private string Line(TimeSpan elapsed)
    {
        var (read, framesRead) = (_analysis.BytesRead, _analysis.FramesRead);
        var bytes = UnitText.Size((long)(read / elapsed.TotalSeconds));
        var frames = (framesRead / elapsed.TotalSeconds / 1e6).ToString("F2", CultureInfo.InvariantCulture);
        var rate = $"{frames} million frames/s, {bytes}/s";
        if (_analysis.TotalBytes is not (> 0 and var length))
        {
            var count = framesRead.ToString("N0", CultureInfo.InvariantCulture);
            return $"{count} frames, {UnitText.Size(read)} · {rate}{_pass}";
        }

        var share = Math.Clamp((double)read / length, 0, 1);
        var done = (int)(share * BarWidth);
        var left = share > 0.01 ? $" · {Text(elapsed * ((1 - share) / share))} left" : "";
        var bar = new string('█', done) + new string('░', BarWidth - done);
        return $"{bar} {share.ToString("P0", CultureInfo.InvariantCulture)} · {rate}{left}{_pass}";
    }

    private static string Text(TimeSpan span) => span.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}:{span.Seconds:00} min");
}
