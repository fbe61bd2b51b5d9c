using System.Globalization;
using TcpCapture.Cli.Arguments;
using TcpCapture.Live;

namespace TcpCapture.Cli.Terminal;

/// <summary>The output of <c>tcpcapture record</c>: a status line during the recording, and a summary at the end.</summary>
internal sealed class RecordOutput
{
    private const int MinMilliseconds = 200;

    private TimeSpan _shown;
    private long _segmentsShown;
    private double _rate;
    private bool _isShown;

    /// <summary>Updates the status line, at most five times a second.</summary>
    public void Show(RecorderStatus status)
    {
        var since = status.Elapsed - _shown;
        if (_isShown && since.TotalMilliseconds < MinMilliseconds) return;
        if (since > TimeSpan.Zero) _rate = (status.Segments - _segmentsShown) / since.TotalSeconds;
        _shown = status.Elapsed;
        _segmentsShown = status.Segments;
        _isShown = true;
        StatusLine.Show(Line(status, _rate));
    }

    /// <summary>The status line. The important figures come first, because a narrow terminal cuts the line.</summary>
    private static string Line(RecorderStatus status, double segmentsPerSecond)
    {
        var following = status.IsFollowing ? "waiting for TIME_WAIT to end · " : "";
        var dropped = status.Dropped?.ToString(CultureInfo.InvariantCulture) ?? "?";
        var waiting = status.PartsWaiting > 1 ? $", {status.PartsWaiting} waiting to be written" : "";
        var part = status.Part > 1 || status.PartsWaiting > 1 ? $" · part {status.Part}{waiting}" : "";
        var rate = segmentsPerSecond.ToString("F0", CultureInfo.InvariantCulture);
        return $"{following}{status.Elapsed:hh\\:mm\\:ss} · {status.Open} open, {status.Connections - status.Open} closed"
            + $" · {rate} segments/s · {UnitText.Count(status.Resets, "reset")}"
            + $" · {UnitText.Count(status.SynRetransmissions, "SYN retransmission")}"
            + $" · {dropped} dropped · {UnitText.Size(status.Bytes)}{part}";
    }

    public static void Print(string what, string interfaceName, OutputFolder folder, RecorderStatus status)
    {
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{status.Elapsed.TotalSeconds:F1} s");
        var dropped = status.Dropped is { } frames ? $"{UnitText.Count(frames, "frame")} dropped" : "number of dropped frames unknown";
        Console.WriteLine($"Recorded {what} on {interfaceName} for {seconds}: {UnitText.Count(status.Connections, "connection")} "
            + $"({status.Open} open), {UnitText.Count(status.Segments, "segment")}, {UnitText.Count(status.Resets, "reset")}, "
            + $"{UnitText.Count(status.SynRetransmissions, "SYN retransmission")}, {dropped}, {UnitText.Size(status.Bytes)}.");
        if (status.Folders.Count == 0) return;
        var files = string.Join(", ", OutputFolder.FileNames);
        if (status.Folders is [var only] && only == folder.Path)
        {
            Console.WriteLine($"Files in {folder.Path}: {files}");
            return;
        }

        var (first, last) = (Path.GetFileName(status.Folders[0]), Path.GetFileName(status.Folders[^1]));
        var deleted = status.PartsDeleted > 0 ? $" ({UnitText.Count(status.PartsDeleted, "older part")} deleted)" : "";
        Console.WriteLine($"{UnitText.Count(status.Folders.Count, "part")} in {folder.Path}: "
            + $"{(first == last ? first : $"{first} to {last}")}{deleted}, each with {files}");
    }

    public static void PrintJson(string interfaceName, OutputFolder folder, RecorderStatus status) => Screen.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("folder", folder.Path);
        json.WriteString("interface", interfaceName);
        json.WriteNumber("seconds", Math.Round(status.Elapsed.TotalSeconds, 3));
        json.WriteNumber("connections", status.Connections);
        json.WriteNumber("open", status.Open);
        json.WriteNumber("segments", status.Segments);
        json.WriteNumber("resets", status.Resets);
        json.WriteNumber("syn_retransmissions", status.SynRetransmissions);
        if (status.Dropped is { } dropped) json.WriteNumber("dropped", dropped);
        else json.WriteNull("dropped");
        json.WriteNumber("bytes", status.Bytes);
        json.WriteNumber("parts", status.Part);
        json.WriteNumber("parts_deleted", status.PartsDeleted);
        json.WriteStrings("folders", status.Folders);
        json.WriteStrings("failures", status.Failures.Select(Failures.Describe));
        json.WriteEndObject();
    });
}
