using System.Text.Json;
using System.Text.Json.Serialization;

namespace TcpCapture.Recordings.Format;

/// <summary>An enumeration by the names a recording uses; numbers and unknown names are refused.</summary>
internal abstract class NamedValueConverter<T>(Func<T, string> nameOf) : JsonConverter<T>
    where T : struct, Enum
{
    private readonly Dictionary<string, T> _values = Enum.GetValues<T>().ToDictionary(nameOf);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && _values.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new JsonException($"One of {string.Join(", ", _values.Keys)} was expected.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(nameOf(value));
}
