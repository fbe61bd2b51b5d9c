using System.Text.Encodings.Web;
using System.Text.Json;
using TcpCapture.Export.Json;
using TcpCapture.Model;
using TcpCapture.Queries;

namespace TcpCapture.Export.Summary;

/// <summary>Writes an analysis of capture files as JSON; connections have the names of connections.csv.</summary>
internal static class SummaryJson
{
    /// <summary>Writes the properties into the current JSON object.</summary>
    public static void Write(Utf8JsonWriter json, CaptureSummary summary, IReadOnlyList<Connection> shown, IEnumerable<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(findings);
        json.WriteStartObject("summary");
        Write(json, summary);
        json.WriteEndObject();
        json.WriteStartArray("connections");
        foreach (var connection in shown) Write(json, connection);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in findings) Write(json, finding);
        json.WriteEndArray();
        json.WriteStrings("remarks", summary.Remarks);
    }

    private static void Write(Utf8JsonWriter json, CaptureSummary summary)
    {
        json.WriteStrings("files", summary.FileNames);
        json.WriteNumber("stored_bytes", summary.StoredBytes);
        json.WriteBoolean("has_times", summary.HasTimes);
        if (summary.Frames > 0 && summary.HasTimes)
        {
            json.WriteString("start", summary.Start.ToString());
            json.WriteString("end", summary.End.ToString());
        }

        json.WriteNumber("frames", summary.Frames);
        json.WriteNumber("dropped", summary.Dropped);
        json.WriteNumber("segments", summary.Segments);
        json.WriteNumber("icmp_errors", summary.IcmpErrors);
        json.WriteNumber("unmatched_icmp_errors", summary.UnmatchedIcmpErrors);
        json.WriteNumber("not_tcp", summary.NotTcp);
        json.WriteNumber("fragments", summary.Fragments);
        json.WriteNumber("malformed", summary.Malformed);
        json.WriteNumber("aggregates", summary.Aggregates);
        json.WriteNumber("corrupt", summary.Corrupt);
        json.WriteNumber("undecoded", summary.Undecoded);
        json.WriteStrings("undecoded_link_types", summary.UndecodedLinkTypes);
        json.WriteStartArray("undecoded_protocols");
        foreach (var protocol in summary.UndecodedProtocols)
        {
            json.WriteStartObject();
            json.WriteString("name", protocol.Name);
            json.WriteNumber("frames", protocol.Frames);
            json.WriteNumber("first_frame", protocol.FirstFrame);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("interrupted", summary.IsInterrupted);
        var totals = summary.Totals;
        json.WriteNumber("connections", totals.Connections);
        json.WriteNumber("bytes", totals.Bytes);
        json.WriteNumber("retransmissions", totals.Retransmissions);
        json.WriteNumber("syn_retransmissions", totals.SynRetransmissions);
        json.WriteNumber("unanswered", totals.Unanswered);
        json.WriteNumber("began_earlier", totals.BeganEarlier);
        json.WriteNumber("resets_by_client", totals.ResetsByClient);
        json.WriteNumber("resets_by_server", totals.ResetsByServer);
        json.WriteStartObject("conn_states");
        foreach (var (state, count) in totals.ConnStates) json.WriteNumber(state.ToText(), count);
        json.WriteEndObject();
        json.WriteNumber("failures", totals.Failures);
        json.WriteStartObject("outcomes");
        foreach (var (outcome, count) in totals.Outcomes) json.WriteNumber(outcome.ToText(), count);
        json.WriteEndObject();
        json.WriteStartObject("causes");
        foreach (var (cause, count) in totals.Causes) json.WriteNumber(cause.ToText(), count);
        json.WriteEndObject();
    }

    /// <summary>Writes one object of the kind "connection" and a line feed.</summary>
    public static void WriteLine(Stream stream, Connection connection)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(connection);
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(json, connection, "connection");
        stream.Write("\n"u8);
    }

    /// <summary>Writes the columns that are known and not empty.</summary>
    private static void Write(Utf8JsonWriter json, Connection connection, string? kind = null)
    {
        json.WriteStartObject();
        if (kind is not null) json.WriteString("kind", kind);
        foreach (var column in ConnectionColumn.All)
        {
            if (!column.IsNumber)
            {
                if (column.TextOf(connection) is { Length: > 0 } text) json.WriteString(column.Name, text);
                continue;
            }

            var number = column.NumberOf(connection);
            if (number == ConnectionColumn.Unknown) continue;
            if (column.Kind == ColumnKind.Time) json.WriteString(column.Name, new Timestamp(number).ToString());
            else if (column.Kind == ColumnKind.Seconds) json.WriteNumber(column.Name, new decimal(number) / 1_000_000_000m);
            else if (column.Kind == ColumnKind.Milliseconds) json.WriteNumber(column.Name, new decimal(number) / 1_000_000m);
            else json.WriteNumber(column.Name, number);
        }

        json.WriteString("ending", connection.Diagnosis.Summary);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        if (finding.Connection is { } connection) json.WriteNumber("connection", connection.Number);
        json.WriteBoolean("trouble", finding.IsTrouble);
        json.WriteString("text", finding.Text);
        json.WriteEndObject();
    }
}
