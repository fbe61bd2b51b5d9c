using System.Text.Json;
using System.Text.Json.Serialization;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>Converts an enum by its names in a recording; numbers and unknown names are invalid.</summary>
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

/// <summary><c>client</c>, <c>server</c>.</summary>
internal sealed class SideConverter() : NamedValueConverter<Side>(SideExtensions.ToText);

/// <summary><c>SYN_SENT</c>, <c>FIN_WAIT_2</c> ….</summary>
internal sealed class TcpStateConverter() : NamedValueConverter<TcpState>(TcpStateText.ToRfcName);

/// <summary><c>absent</c>, <c>listener</c> ….</summary>
internal sealed class SocketKindConverter() : NamedValueConverter<SocketKind>(kind => kind switch
{
    SocketKind.Absent => "absent",
    SocketKind.Listener => "listener",
    SocketKind.Request => "request",
    SocketKind.Full => "full",
    SocketKind.TimeWait => "time-wait",
    _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of socket has no name."),
});

/// <summary><c>none</c>, <c>retransmit</c> ….</summary>
internal sealed class SocketTimerConverter() : NamedValueConverter<SocketTimer>(timer => timer switch
{
    SocketTimer.None => "none",
    SocketTimer.Retransmit => "retransmit",
    SocketTimer.KeepAlive => "keep-alive",
    SocketTimer.TimeWait => "time-wait",
    SocketTimer.Probe => "probe",
    _ => throw new ArgumentOutOfRangeException(nameof(timer), timer, "This timer has no name."),
});

/// <summary><c>state-change</c>, <c>drop</c> ….</summary>
internal sealed class KernelEventKindConverter() : NamedValueConverter<KernelEventKind>(kind => kind.ToText());

/// <summary><c>one-host</c>, <c>sent</c>, <c>unsent</c>.</summary>
internal sealed class PassageKindConverter() : NamedValueConverter<PassageKind>(kind => kind switch
{
    PassageKind.Sent => "sent",
    PassageKind.Unsent => "unsent",
    _ => "one-host",
});

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
