using System.Text.Encodings.Web;
using System.Text.Json;

namespace TcpCapture.Export.Json;

/// <summary>Writes the result of a rule as a line of JSON, to follow the events of <see cref="TimelineJson"/>.</summary>
// "kind" is "expectation", and each verdict other than held lists the numbers of its events.
internal static class ExpectationJson
{
    /// <summary>Writes one object and a line feed.</summary>
    public static void Write(Stream stream, ExpectationResult result)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(result);
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("kind", "expectation");
            json.WriteString("rule", result.Expectation.ToString());
            json.WriteString("outcome", result.Outcome.ToText());
            json.WriteNumber("held", result.Held);
            json.WriteNumber("broken", result.Broken);
            json.WriteNumber("cannot_tell", result.CannotTell);
            json.WriteStartArray("verdicts");
            foreach (var verdict in result.Verdicts)
                if (verdict.Outcome != Outcome.Held) WriteVerdict(json, verdict);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private static void WriteVerdict(Utf8JsonWriter json, Verdict verdict)
    {
        json.WriteStartObject();
        if (verdict.Connection is { } number) json.WriteNumber("connection", number);
        json.WriteString("outcome", verdict.Outcome.ToText());
        json.WriteString("because", verdict.Because);
        json.WriteStartArray("events");
        foreach (var e in verdict.Events) json.WriteNumberValue(e.Number);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
