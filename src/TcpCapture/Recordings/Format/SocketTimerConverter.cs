using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>The timer of a socket as a recording writes it.</summary>
internal sealed class SocketTimerConverter() : NamedValueConverter<SocketTimer>(timer => timer switch
{
    SocketTimer.None => "none",
    SocketTimer.Retransmit => "retransmit",
    SocketTimer.KeepAlive => "keep-alive",
    SocketTimer.TimeWait => "time-wait",
    SocketTimer.Probe => "probe",
    _ => throw new ArgumentOutOfRangeException(nameof(timer), timer, "This timer has no name."),
});
