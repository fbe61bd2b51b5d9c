using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>One look: the view held at some moment between its begin and its end.</summary>
internal readonly record struct SocketLook(Timestamp Begin, Timestamp End, SocketView View);
