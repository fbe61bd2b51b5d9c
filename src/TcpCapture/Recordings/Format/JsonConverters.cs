using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>Converts an enum by its names in a recording; numbers and unknown names are invalid.</summary>
internal abstract class NamedValueConverter<T>(Func<T, string> nameOf) : JsonConverter<T>
    where T : struct, Enum
{
    private readonly Dictionary<string, T> _values = Enum.GetValues<T>().ToDictionary(nameOf);

    /// <summary>Takes the names in the order of the values, which count from 0.</summary>
    protected NamedValueConverter(params string[] names)
        : this(value => names[Unsafe.BitCast<T, byte>(value)])
    {
    }

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && _values.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new JsonException($"One of {string.Join(", ", _values.Keys)} was expected.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(nameOf(value));
}

/// <summary><c>client</c>, <c>server</c>.</summary>
internal sealed class SideConverter() : NamedValueConverter<Side>(SideExtensions.ToText);

/// <summary><c>SYN_SENT</c>, <c>FIN_WAIT_2</c> ….</summary>
internal sealed class TcpStateConverter() : NamedValueConverter<TcpState>(TcpStateText.ToRfcName);

internal sealed class SocketKindConverter() : NamedValueConverter<SocketKind>("absent", "listener", "request", "full", "time-wait");

internal sealed class SocketTimerConverter()
    : NamedValueConverter<SocketTimer>("none", "retransmit", "keep-alive", "time-wait", "probe");

/// <summary><c>state-change</c>, <c>drop</c> ….</summary>
internal sealed class KernelEventKindConverter() : NamedValueConverter<KernelEventKind>(kind => kind.ToText());

internal sealed class PassageKindConverter() : NamedValueConverter<PassageKind>("one-host", "sent", "unsent");

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

/// <summary>A time as nanoseconds since 1970.</summary>
internal sealed class TimestampConverter : JsonConverter<Timestamp>
{
    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Nanoseconds);
}
