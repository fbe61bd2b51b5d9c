using System.Globalization;
using TcpCapture.Cli.Arguments;
using TcpCapture.Cli.Terminal;
using TcpCapture.Export.Output;
using TcpCapture.Live;

namespace TcpCapture.Cli.Commands;

/// <summary>What is said at the end of a recording.</summary>
internal static class RecordSummary
{
    /// <summary>For people, on stdout.</summary>
    public static void Print(string what, string interfaceName, OutputFolder folder, RecorderResult result)
    {
        var (status, counts) = (result.Status, result.Status.Counts);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Recorded {what} on {interfaceName} for {status.Elapsed.TotalSeconds:F1} s: {Count(counts.Connections, "connection")} ({counts.Open} open), {Count(counts.Segments, "segment")}, {Count(counts.Resets, "reset")}, {Count(counts.SynRetransmissions, "SYN retransmission")}, {Dropped(status)}, {SizeText.From(status.Bytes)}."));
        if (result.Folders.Count == 0) return;
        if (result.Folders is [var only] && only == folder.Path)
        {
            Console.WriteLine($"Files in {folder.Path}: {string.Join(", ", OutputFolder.FileNames)}");
            return;
        }

        var first = Path.GetFileName(result.Folders[0]);
        var last = Path.GetFileName(result.Folders[^1]);
        var deleted = result.PartsDeleted > 0 ? $" ({result.PartsDeleted} older deleted)" : "";
        Console.WriteLine($"{Count(result.Folders.Count, "part")} in {folder.Path}: {(first == last ? first : $"{first} to {last}")}{deleted}, each with {string.Join(", ", OutputFolder.FileNames)}");
    }

    /// <summary>For machines, on stdout.</summary>
    public static void PrintJson(string interfaceName, OutputFolder folder, RecorderResult result) => JsonOutput.Write(json =>
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
        json.WriteStartArray("folders");
        foreach (var part in result.Folders) json.WriteStringValue(part);
        json.WriteEndArray();
        json.WriteStartArray("failures");
        foreach (var failure in result.Failures) json.WriteStringValue(failure);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string Dropped(RecorderStatus status) =>
        status.Dropped is { } dropped ? Count(dropped, "frame") + " dropped" : "frames dropped unknown";

    private static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
