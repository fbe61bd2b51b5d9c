using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>The kind of a socket as a recording writes it.</summary>
internal sealed class SocketKindConverter() : NamedValueConverter<SocketKind>(kind => kind switch
{
    SocketKind.Absent => "absent",
    SocketKind.Listener => "listener",
    SocketKind.Request => "request",
    SocketKind.Full => "full",
    SocketKind.TimeWait => "time-wait",
    _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of socket has no name."),
});
