using System.Text.Json.Serialization;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>
/// The shape of raw observations in a recording. What is computed (<see cref="SocketCall.Text"/>) is left out, and so is
/// what is null; line breaks and everything beyond ASCII are escaped, so that a value is one printable line.
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
