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
        if (since > TimeSpan.Zero) _rate = (status.Counts.Segments - _segmentsShown) / since.TotalSeconds;
        _shown = status.Elapsed;
        _segmentsShown = status.Counts.Segments;
        _isShown = true;
        StatusLine.Show(Line(status, _rate));
    }

    /// <summary>The status line. The important figures come first, because a narrow terminal cuts the line.</summary>
    private static string Line(RecorderStatus status, double segmentsPerSecond)
    {
        var counts = status.Counts;
        var following = status.IsFollowing ? "waiting for TIME_WAIT to end · " : "";
        var dropped = status.Dropped?.ToString(CultureInfo.InvariantCulture) ?? "?";
        var waiting = status.PartsWaiting > 1 ? $", {status.PartsWaiting} waiting to be written" : "";
        var part = status.Part > 1 || status.PartsWaiting > 1 ? $" · part {status.Part}{waiting}" : "";
        var rate = segmentsPerSecond.ToString("F0", CultureInfo.InvariantCulture);
        return $"{following}{status.Elapsed:hh\\:mm\\:ss} · {counts.Open} open, {counts.Connections - counts.Open} closed"
            + $" · {rate} segments/s · {UnitText.Count(counts.Resets, "reset")}"
            + $" · {UnitText.Count(counts.SynRetransmissions, "SYN retransmission")}"
            + $" · {dropped} dropped · {UnitText.Size(status.Bytes)}{part}";
    }

    public static void Print(string what, string interfaceName, OutputFolder folder, RecorderResult result)
    {
        var (status, counts) = (result.Status, result.Status.Counts);
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{status.Elapsed.TotalSeconds:F1} s");
        var dropped = status.Dropped is { } frames ? $"{UnitText.Count(frames, "frame")} dropped" : "number of dropped frames unknown";
        Console.WriteLine($"Recorded {what} on {interfaceName} for {seconds}: {UnitText.Count(counts.Connections, "connection")} "
            + $"({counts.Open} open), {UnitText.Count(counts.Segments, "segment")}, {UnitText.Count(counts.Resets, "reset")}, "
            + $"{UnitText.Count(counts.SynRetransmissions, "SYN retransmission")}, {dropped}, {UnitText.Size(status.Bytes)}.");
        if (result.Folders.Count == 0) return;
        var files = string.Join(", ", OutputFolder.FileNames);
        if (result.Folders is [var only] && only == folder.Path)
        {
            Console.WriteLine($"Files in {folder.Path}: {files}");
            return;
        }

        var (first, last) = (Path.GetFileName(result.Folders[0]), Path.GetFileName(result.Folders[^1]));
        var deleted = result.PartsDeleted > 0 ? $" ({UnitText.Count(result.PartsDeleted, "older part")} deleted)" : "";
        Console.WriteLine($"{UnitText.Count(result.Folders.Count, "part")} in {folder.Path}: "
            + $"{(first == last ? first : $"{first} to {last}")}{deleted}, each with {files}");
    }

    public static void PrintJson(string interfaceName, OutputFolder folder, RecorderResult result) => Screen.WriteJson(json =>
    {
        var (status, counts) = (result.Status, result.Status.Counts);
        json.WriteStartObject();
        json.WriteString("folder", folder.Path);
        json.WriteString("interface", interfaceName);
        json.WriteNumber("seconds", Math.Round(status.Elapsed.TotalSeconds, 3));
        json.WriteNumber("connections", counts.Connections);
        json.WriteNumber("open", counts.Open);
        json.WriteNumber("segments", counts.Segments);
        json.WriteNumber("resets", counts.Resets);
        json.WriteNumber("syn_retransmissions", counts.SynRetransmissions);
        if (status.Dropped is { } dropped) json.WriteNumber("dropped", dropped);
        else json.WriteNull("dropped");
        json.WriteNumber("bytes", status.Bytes);
        json.WriteNumber("parts", result.Parts);
        json.WriteNumber("parts_deleted", result.PartsDeleted);
        json.WriteStrings("folders", result.Folders);
        json.WriteStrings("failures", result.Failures.Select(Failures.Describe));
        json.WriteEndObject();
    });
}
