using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>Converts observations to JSON and back without loss, one compact line each.</summary>
// Source-generated deserialisation sets a missing init-only property to null instead of its initial value (.NET 10), so
// defaults are filled in here. Each Read… throws a JsonException for invalid JSON and for a missing or unsuitable value.
internal static class ObservationJson
{
    /// <summary>Writes one of each, so that the runtime compiles the methods before the first calls are timed. Thread-safe.</summary>
    public static void Prepare()
    {
        var end = Endpoint.From(IPAddress.Loopback, 1);
        var time = Timestamp.Now;
        Write(new RecordingInfo { Server = end });
        Write(new SocketCall { Id = 1, Socket = 1, Side = Side.Client, Name = "", Begin = time, End = time, Local = end, Result = 0 });
        Write(new SocketSample
        {
            NotBefore = time,
            NotAfter = time,
            Local = end,
            Remote = end,
            Previous = TcpState.Closed,
            State = TcpState.Closed,
            Kind = SocketKind.Full,
            TimerMilliseconds = 1,
            UserId = 0,
        });
        Write(new SocketOwner(time, end, end, 1, 1, ""));
    }

    public static byte[] Write(SocketCall call) => Write(call, ObservationJsonContext.Default.SocketCall);
    public static byte[] Write(SocketSample sample) => Write(sample, ObservationJsonContext.Default.SocketSample);
    public static byte[] Write(SocketOwner owner) => Write(owner, ObservationJsonContext.Default.SocketOwner);
    public static byte[] Write(KernelEvent trace) => Write(trace, ObservationJsonContext.Default.KernelEvent);
    public static byte[] Write(FramePassage passage) => Write(passage, ObservationJsonContext.Default.FramePassage);
    public static byte[] Write(RecordingInfo info) => Write(info, ObservationJsonContext.Default.RecordingInfo);
    public static byte[] Write(RecordingEnd end) => Write(end, ObservationJsonContext.Default.RecordingEnd);
    public static byte[] Write(RecordingContents contents) => Write(contents, ObservationJsonContext.Default.RecordingContents);

    public static SocketCall ReadCall(ReadOnlySpan<byte> json)
    {
        var call = Read(json, ObservationJsonContext.Default.SocketCall);
        return call.Arguments is null ? call with { Arguments = "" } : call;
    }

    public static SocketSample ReadSample(ReadOnlySpan<byte> json) => Read(json, ObservationJsonContext.Default.SocketSample);

    public static SocketOwner ReadOwner(ReadOnlySpan<byte> json) => Read(json, ObservationJsonContext.Default.SocketOwner);

    public static KernelEvent ReadTrace(ReadOnlySpan<byte> json) => Read(json, ObservationJsonContext.Default.KernelEvent);

    public static RecordingInfo ReadInfo(ReadOnlySpan<byte> json) => Complete(Read(json, ObservationJsonContext.Default.RecordingInfo));

    public static RecordingEnd ReadEnd(ReadOnlySpan<byte> json) => Complete(Read(json, ObservationJsonContext.Default.RecordingEnd));

    public static FramePassage ReadPassage(ReadOnlySpan<byte> json) => Read(json, ObservationJsonContext.Default.FramePassage);

    private static RecordingInfo Complete(RecordingInfo info)
    {
        var unknown = new RecordingInfo();
        return info with
        {
            Scenario = info.Scenario ?? unknown.Scenario,
            Commands = info.Commands is { Count: > 0 } commands ? commands : [],
            Tool = info.Tool ?? unknown.Tool,
            Host = info.Host ?? unknown.Host,
            System = info.System ?? unknown.System,
            Interface = info.Interface ?? unknown.Interface,
            Filter = info.Filter ?? unknown.Filter,
            StateSource = info.StateSource ?? unknown.StateSource,
            StateSourceReason = info.StateSourceReason ?? unknown.StateSourceReason,
            Captures = info.Captures is { } captures ? [.. captures.Where(name => name is not null)] : null,
            Settings = info.Settings ?? unknown.Settings,
            Peer = info.Peer is { } peer ? Complete(peer) : null,
            PeerClock = info.PeerClock is { } clock ? clock with { Changes = clock.Changes ?? [] } : null,
        };
    }

    private static RecordingEnd Complete(RecordingEnd end) => end with
    {
        Notes = end.Notes is { Count: > 0 } notes ? notes : [],
        Peer = end.Peer is { } peer ? Complete(peer) : null,
    };

    public static RecordingContents ReadContents(ReadOnlySpan<byte> json) => Read(json, ObservationJsonContext.Default.RecordingContents);

    private static byte[] Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class =>
        JsonSerializer.Deserialize(json, type) ?? throw new JsonException("An object was expected, not null.");
}

/// <summary>The JSON of observations in a recording, one printable line each. Computed properties and nulls are omitted.</summary>
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
