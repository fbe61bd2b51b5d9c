using System.Globalization;
using System.Text.Json;
using TcpCapture.Export.Json;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Export.Report;

/// <summary>Writes the facts at the top of the page: the recording, its end, and its losses.</summary>
internal static class ReportFacts
{
    public static void Write(Utf8JsonWriter json, RecordingInfo info)
    {
        json.WriteStartObject();
        json.WriteString("scenario", info.Scenario);
        json.WriteString("tool", info.Tool);
        if (info.Captures is { } captures) json.WriteStrings("captures", captures);

        WriteHost(json, info);
        json.WriteString("start", info.Start.Nanoseconds.ToString(CultureInfo.InvariantCulture));
        if (info.Peer is { } peer)
        {
            json.WriteStartObject("peer");
            WriteHost(json, peer);
            json.WriteEndObject();
        }

        json.WriteNumber("snaplen", info.Snaplen);
        json.WriteNumber("sampleInterval", info.SampleIntervalNanoseconds);
        Write(json, "clockBound", info.TraceClockBoundNanoseconds);
        json.WriteString("server", info.Server?.ToString() ?? "");
        json.WriteStartArray("synAckSchedule");
        foreach (var seconds in SynSchedule.ForSynAcks(info.Settings)?.Intervals ?? []) json.WriteNumberValue(seconds);
        json.WriteEndArray();
        json.WriteStartObject("settings");
        foreach (var (name, value) in info.Settings) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Write(
        Utf8JsonWriter json, RecordingEnd? end, string? cutOff, string? missing, in ReportTotals totals, Timestamp start)
    {
        json.WriteStartObject();
        json.WriteNumber("events", totals.Events);
        json.WriteNumber("connections", totals.Connections);
        json.WriteNumber("syns", totals.Syns);
        json.WriteNumber("findings", totals.Findings);
        if (cutOff is not null) json.WriteString("cutOff", cutOff);
        if (missing is not null) json.WriteString("missing", missing);
        if (end is not null) WriteEnd(json, end, start);
        json.WriteEndObject();
    }

    private static void WriteHost(Utf8JsonWriter json, RecordingInfo info)
    {
        json.WriteString("host", info.Host);
        json.WriteString("system", info.System);
        json.WriteString("interface", info.Interface);
        json.WriteString("filter", IcmpFilter.Shown(info.Filter));
        json.WriteString("stateSource", info.StateSource);
        json.WriteString("stateSourceReason", info.StateSourceReason);
    }

    private static void WriteEnd(Utf8JsonWriter json, RecordingEnd end, Timestamp start)
    {
        json.WriteNumber("time", end.Time - start);
        json.WriteString("reason", end.Reason);
        json.WriteNumber("frames", end.Frames);
        Write(json, "droppedByKernel", end.DroppedByKernel);
        Write(json, "droppedByInterface", end.DroppedByInterface);
        json.WriteNumber("looks", end.Looks);
        json.WriteNumber("longestSamplingGap", end.LongestSamplingGapNanoseconds);
        Write(json, "traceEvents", end.TraceEvents);
        Write(json, "traceOverruns", end.TraceOverruns);
        if (end.TraceFailure is not null) json.WriteString("traceFailure", end.TraceFailure);
        Write(json, "clockDrift", end.TraceClockDriftNanoseconds);
        json.WriteStrings("notes", end.Notes);
    }

    private static void Write(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
    }
}
