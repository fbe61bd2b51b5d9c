using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// An output folder's timeline and connections as readable text. Values that differ between runs (times, sequence numbers,
/// process numbers, the client's port, the certainty of a state) are left out or replaced by a name.
/// </summary>
internal static partial class ReadableTimeline
{
    /// <summary>The begin of a finding that a busy machine adds.</summary>
    private const string LateSamples = "The longest time between two samples";

    public static string Of(string folder)
    {
        var connections = CsvFile.Read(Path.Combine(folder, "connections.csv"));
        var text = new StringBuilder();
        foreach (var row in CsvFile.Read(Path.Combine(folder, "timeline.csv")))
        {
            if (row["kind"] == "finding" && row["note"].StartsWith(LateSamples, StringComparison.Ordinal)) continue;
            var number = row["connection"].Length == 0 ? "-" : row["connection"];
            text.AppendLine(CultureInfo.InvariantCulture, $"{number} {Named(Describe(row), connections)}");
        }

        text.AppendLine();
        foreach (var row in connections)
        {
            text.AppendLine(Named(
                $"{row["connection"]} {row["conn_state"]} {row["history"]} completeness {row["completeness"]}, closed by {row["closed_by"]},"
                + $" ends {Or(row["client_final_state"])}/{Or(row["server_final_state"])}, {row["retransmissions"]} retransmissions"
                + (row["reset_by"].Length > 0 ? $", reset by {row["reset_by"]}: {row["cause"]}" : ""),
                connections));
        }

        return text.ToString();
    }

    private static string Describe(IReadOnlyDictionary<string, string> row) => row["kind"] switch
    {
        "segment" => $"segment {row["side"]} {row["flags"]}{(row["length"] == "0" ? "" : $" {row["length"]} bytes")}"
            + $" {row["client_state"]}/{row["server_state"]}{Remark(row["note"])}",
        "state" => $"state {row["side"]} {row["old_state"]}→{row["new_state"]}",
        "call" => $"call {row["side"]} {row["call"]} = {(row["result"].Length > 0 ? row["result"] : "…")}",
        "finding" => $"finding {row["note"]}",
        var kind => throw new InvalidDataException($"timeline.csv has a row of kind '{kind}'"),
    };

    /// <summary>A full queue is known after a sample, which may be before or after the first SYN.</summary>
    private static string Remark(string note)
    {
        note = FullQueue().Replace(note, "");
        return note.Length > 0 ? $" ({note})" : "";
    }

    private static string Named(string text, IReadOnlyList<IReadOnlyDictionary<string, string>> connections)
    {
        if (connections.Count > 0) text = text.Replace(connections[0]["server"], "SERVER", StringComparison.Ordinal);
        foreach (var connection in connections) text = text.Replace(connection["client"], "CLIENT", StringComparison.Ordinal);
        text = text.Replace("AF_INET6", "AF_INET", StringComparison.Ordinal)
            .Replace("bind([::1]:0)", "bind(any port)", StringComparison.Ordinal).Replace("bind(127.0.0.1:0)", "bind(any port)", StringComparison.Ordinal);
        text = ProcessId().Replace(text, "PID");
        return Length().Replace(text, "#").Replace(" (timer: # left in the last sample)", "", StringComparison.Ordinal);
    }

    private static string Or(string state) => state.Length == 0 ? "-" : state;

    [GeneratedRegex(@"(; |^)the accept queue is full: .*")]
    private static partial Regex FullQueue();

    [GeneratedRegex(@"(?<=about )\d+ s\b|\d+(\.\d+ m?s|\d* µs)\b")]
    private static partial Regex Length();

    [GeneratedRegex(@"(?<=kill\()\d+|(?<=tcpcapture\[)\d+|(?<=fork\([^)]*\) = )\d+")]
    private static partial Regex ProcessId();
}
