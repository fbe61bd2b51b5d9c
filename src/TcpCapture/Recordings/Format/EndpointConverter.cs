using System.Text.Json;
using System.Text.Json.Serialization;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>An endpoint as text: <c>127.0.0.1:80</c>, <c>[::1]:80</c>.</summary>
internal sealed class EndpointConverter : JsonConverter<Endpoint>
{
    public override Endpoint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Endpoint.TryParse(reader.GetString(), out var endpoint)
            ? endpoint
            : throw new JsonException("An address with a port was expected, like 127.0.0.1:80.");

    public override void Write(Utf8JsonWriter writer, Endpoint value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
