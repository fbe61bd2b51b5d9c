using System.Text.Json.Serialization;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>
/// The JSON of observations in a recording. Computed properties (<see cref="SocketCall.Text"/>) and nulls are omitted; line
/// breaks and non-ASCII characters are escaped, so that a value is one printable line.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(TimestampConverter), typeof(EndpointConverter), typeof(SideConverter), typeof(TcpStateConverter),
        typeof(SocketKindConverter), typeof(SocketTimerConverter), typeof(KernelEventKindConverter),
        typeof(PassageKindConverter),
    ])]
[JsonSerializable(typeof(SocketCall))]
[JsonSerializable(typeof(SocketSample))]
[JsonSerializable(typeof(SocketOwner))]
[JsonSerializable(typeof(KernelEvent))]
[JsonSerializable(typeof(FramePassage))]
[JsonSerializable(typeof(RecordingInfo))]
[JsonSerializable(typeof(RecordingEnd))]
[JsonSerializable(typeof(RecordingContents))]
internal sealed partial class ObservationJsonContext : JsonSerializerContext;
