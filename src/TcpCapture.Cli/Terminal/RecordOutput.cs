using System.Globalization;
using TcpCapture.Cli.Arguments;
using TcpCapture.Live;

namespace TcpCapture.Cli.Terminal;

/// <summary>The output of <c>tcpcapture record</c>: a status line during the recording, and a summary at the end.</summary>
internal sealed class RecordOutput
{
    private const int MinMilliseconds = 200;
    private const int MaxFindings = 5;

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

    /// <summary>The status line. Trouble comes first and what is zero is left out, because a narrow terminal cuts the line.</summary>
    internal static string Line(RecorderStatus status, double segmentsPerSecond)
    {
        var parts = new List<string>();
        if (status.IsFollowing) parts.Add("waiting for TIME_WAIT to end");
        if (status.Failed > 0) parts.Add($"{status.Failed} reset");
        if (status.Dropped is > 0 and var dropped) parts.Add($"{dropped} dropped");
        if (status.SynRetransmissions > 0) parts.Add($"{UnitText.Count(status.SynRetransmissions, "SYN")} again");
        if (status.Retransmissions > status.SynRetransmissions)
            parts.Add($"{status.Retransmissions - status.SynRetransmissions} retransmitted");
        parts.Add($"{status.Open} open, {status.Connections - status.Open} closed");
        parts.Add($"{status.Elapsed:hh\\:mm\\:ss}");
        parts.Add($"{segmentsPerSecond.ToString("F0", CultureInfo.InvariantCulture)} segments/s");
        parts.Add(UnitText.Size(status.Bytes));
        if (status.Dropped is null) parts.Add("drops unknown");
        if (status.Part > 1 || status.PartsWaiting > 1)
            parts.Add($"part {status.Part}{(status.PartsWaiting > 1 ? $", {status.PartsWaiting} waiting to be written" : "")}");
        return string.Join(" · ", parts);
    }

    public static void Print(string what, string interfaceName, OutputFolder folder, RecorderStatus status)
    {
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{status.Elapsed.TotalSeconds:F1} s");
        var dropped = status.Dropped is { } frames ? $"{UnitText.Count(frames, "frame")} dropped" : "number of dropped frames unknown";
        if (status.Final?.ToString() is { Length: > 0 } outcome) Console.WriteLine($"{outcome}.");
        TimelineOutput.WriteFindings(Console.Out, status.Findings.Take(MaxFindings), Screen.Width);
        Console.WriteLine($"Recorded {what} on {interfaceName} for {seconds}: {UnitText.Count(status.Connections, "connection")} "
            + $"({status.Failed} failed, {status.Open} open), {UnitText.Count(status.Resets, "reset")}, "
            + $"{UnitText.Count(status.Retransmissions, "retransmission")} ({status.SynRetransmissions} of SYNs), {dropped}, "
            + $"{UnitText.Count(status.Segments, "segment")}, {UnitText.Size(status.Bytes)}.");
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
        json.WriteNumber("failed", status.Failed);
        json.WriteNumber("open", status.Open);
        json.WriteNumber("segments", status.Segments);
        json.WriteNumber("resets", status.Resets);
        json.WriteNumber("retransmissions", status.Retransmissions);
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
