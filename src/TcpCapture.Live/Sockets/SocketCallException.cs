using System.Net.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>A logged socket call failed. It is the <see cref="SocketException"/> of the call, and says which call it was.</summary>
public sealed class SocketCallException : SocketException
{
    internal SocketCallException(SocketCall call, SocketException cause)
        : base((int)cause.SocketErrorCode) => Call = call;

    /// <summary>The call as it was logged, with its errno's name in <see cref="SocketCall.Error"/>.</summary>
    public SocketCall Call { get; }

    /// <summary>Call and error: <c>connect(127.0.0.1:12345) failed with ECONNREFUSED</c>.</summary>
    public override string Message => $"{Call.Text} failed with {Call.Error}";
}
