using System.Globalization;
using System.Net.Sockets;

namespace TcpCapture.Live.Sockets;

/// <summary>Names of the errors a socket call can return, as <c>errno.h</c> has them.</summary>
internal static class Errno
{
    // Linux numbers of errors that SocketError does not tell apart (EPERM and EACCES are both AccessDenied).
    private const int Eperm = 1;

    /// <summary>The errno's name; <c>errno 123</c> for one without a name here.</summary>
    public static string NameOf(SocketException error) =>
        OperatingSystem.IsLinux() && error.NativeErrorCode == Eperm ? "EPERM" : NameOf(error.SocketErrorCode)
        ?? string.Create(CultureInfo.InvariantCulture, $"errno {error.NativeErrorCode}");

    private static string? NameOf(SocketError error) => error switch
    {
        SocketError.AccessDenied => "EACCES",
        SocketError.AddressAlreadyInUse => "EADDRINUSE",
        SocketError.AddressFamilyNotSupported => "EAFNOSUPPORT",
        SocketError.AddressNotAvailable => "EADDRNOTAVAIL",
        SocketError.AlreadyInProgress => "EALREADY",
        SocketError.ConnectionAborted => "ECONNABORTED",
        SocketError.ConnectionRefused => "ECONNREFUSED",
        SocketError.ConnectionReset => "ECONNRESET",
        SocketError.DestinationAddressRequired => "EDESTADDRREQ",
        SocketError.Fault => "EFAULT",
        SocketError.HostDown => "EHOSTDOWN",
        SocketError.HostUnreachable => "EHOSTUNREACH",
        SocketError.InProgress => "EINPROGRESS",
        SocketError.Interrupted => "EINTR",
        SocketError.InvalidArgument => "EINVAL",
        SocketError.IsConnected => "EISCONN",
        SocketError.MessageSize => "EMSGSIZE",
        SocketError.NetworkDown => "ENETDOWN",
        SocketError.NetworkReset => "ENETRESET",
        SocketError.NetworkUnreachable => "ENETUNREACH",
        SocketError.NoBufferSpaceAvailable => "ENOBUFS",
        SocketError.NotConnected => "ENOTCONN",
        SocketError.NotSocket => "ENOTSOCK",
        SocketError.OperationAborted => "ECANCELED",
        SocketError.OperationNotSupported => "EOPNOTSUPP",
        SocketError.ProtocolOption => "ENOPROTOOPT",
        SocketError.Shutdown => "EPIPE",
        SocketError.TimedOut => "ETIMEDOUT",
        SocketError.TooManyOpenSockets => "EMFILE",
        SocketError.WouldBlock => "EAGAIN",
        _ => null,
    };
}
