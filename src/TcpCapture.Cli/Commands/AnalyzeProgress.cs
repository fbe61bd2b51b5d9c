using System.Diagnostics;
using System.Globalization;
using TcpCapture.Cli.Arguments;

namespace TcpCapture.Cli.Commands;

/// <summary>
/// How far an analysis has come: one line on stderr that is written over, if that is a terminal. A timer asks five times a second; the
/// analysis itself knows nothing of it.
/// </summary>
internal sealed class AnalyzeProgress : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Next = TimeSpan.FromMilliseconds(200);

    private readonly CaptureAnalysis _analysis;
    private readonly string _which;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Lock _writing = new();
    private readonly Timer? _timer;
    private bool _isShown;
    private bool _isOver;

    /// <param name="analysis">Whose progress.</param>
    /// <param name="which">Which pass it is, for people; empty if there is but one.</param>
    public AnalyzeProgress(CaptureAnalysis analysis, string which)
    {
        (_analysis, _which) = (analysis, which);
        if (!Console.IsErrorRedirected) _timer = new Timer(_ => Show(), null, First, Next);
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_writing)
        {
            _isOver = true;
            if (_isShown) Console.Error.Write("\r\e[K");
        }
    }

    private void Show()
    {
        lock (_writing)
        {
            if (_isOver) return;
            var line = Line(_analysis.Progress, Stopwatch.GetElapsedTime(_began));
            var width = Math.Max(Console.WindowWidth - 1, 1);
            Console.Error.Write("\r" + (line.Length > width ? line[..width] : line) + "\e[K");
            _isShown = true;
        }
    }

    private string Line(CaptureProgress progress, TimeSpan elapsed)
    {
        var rate = string.Create(CultureInfo.InvariantCulture,
            $"{progress.Frames / elapsed.TotalSeconds / 1e6:F2} million frames/s, {SizeText.From((long)(progress.Position / elapsed.TotalSeconds))}/s");
        var pass = _which.Length == 0 ? "" : $" · {_which}";
        if (progress.Length is not > 0)
            return string.Create(CultureInfo.InvariantCulture, $"{progress.Frames:N0} frames, {SizeText.From(progress.Position)} · {rate}{pass}");
        var share = Math.Clamp((double)progress.Position / progress.Length.Value, 0, 1);
        var done = (int)(share * BarWidth);
        var left = share > 0.01 ? $" · {Text(elapsed * ((1 - share) / share))} left" : "";
        return $"{new string('█', done)}{new string('░', BarWidth - done)} {share.ToString("P0", CultureInfo.InvariantCulture)} · {rate}{left}{pass}";
    }

    private static string Text(TimeSpan span) => span.TotalMinutes < 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:F0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}:{span.Seconds:00} min");
}
