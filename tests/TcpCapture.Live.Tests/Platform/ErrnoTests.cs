using System.Net.Sockets;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Tests.Platform;

public class ErrnoTests
{
    [Theory]
    [InlineData(SocketError.ConnectionRefused, "ECONNREFUSED")]
    [InlineData(SocketError.ConnectionReset, "ECONNRESET")]
    [InlineData(SocketError.Shutdown, "EPIPE")]
    [InlineData(SocketError.TimedOut, "ETIMEDOUT")]
    [InlineData(SocketError.AddressAlreadyInUse, "EADDRINUSE")]
    [InlineData(SocketError.AddressNotAvailable, "EADDRNOTAVAIL")]
    [InlineData(SocketError.NotConnected, "ENOTCONN")]
    [InlineData(SocketError.AccessDenied, "EACCES")]
    public void ErrorsHaveTheirErrnoNames(SocketError error, string expected) =>
        Assert.Equal(expected, Errno.NameOf(new SocketException((int)error)));

    [Fact]
    public void AnUnknownErrorIsItsNumber() =>
        Assert.StartsWith("errno ", Errno.NameOf(new SocketException((int)SocketError.NoRecovery)));
}
