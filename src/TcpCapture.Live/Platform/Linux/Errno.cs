using System.Globalization;
using System.Net.Sockets;
using static System.Net.Sockets.SocketError;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>The names that <c>errno.h</c> gives to error numbers.</summary>
/// <remarks>The numbers are Linux's on every architecture .NET runs on; <c>SocketError</c> works on every system.</remarks>
internal static class Errno
{
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EPROTO = 71;

    private const int Eperm = 1;
    private const int FirstRestart = 512; // ERESTARTSYS
    private const int LastRestart = 516; // ERESTART_RESTARTBLOCK

    private static readonly Dictionary<int, string> ByNumber = new()
    {
        [Eperm] = "EPERM",
        [EINTR] = "EINTR",
        [5] = "EIO",
        [9] = "EBADF",
        [EAGAIN] = "EAGAIN",
        [12] = "ENOMEM",
        [13] = "EACCES",
        [14] = "EFAULT",
        [22] = "EINVAL",
        [23] = "ENFILE",
        [24] = "EMFILE",
        [32] = "EPIPE",
        [EPROTO] = "EPROTO",
        [88] = "ENOTSOCK",
        [89] = "EDESTADDRREQ",
        [90] = "EMSGSIZE",
        [92] = "ENOPROTOOPT",
        [93] = "EPROTONOSUPPORT",
        [95] = "EOPNOTSUPP",
        [97] = "EAFNOSUPPORT",
        [98] = "EADDRINUSE",
        [99] = "EADDRNOTAVAIL",
        [100] = "ENETDOWN",
        [101] = "ENETUNREACH",
        [102] = "ENETRESET",
        [103] = "ECONNABORTED",
        [104] = "ECONNRESET",
        [105] = "ENOBUFS",
        [106] = "EISCONN",
        [107] = "ENOTCONN",
        [108] = "ESHUTDOWN",
        [110] = "ETIMEDOUT",
        [111] = "ECONNREFUSED",
        [112] = "EHOSTDOWN",
        [113] = "EHOSTUNREACH",
        [114] = "EALREADY",
        [115] = "EINPROGRESS",
        [125] = "ECANCELED",
    };

    // Errors that SocketError does not distinguish are missing.
    private static readonly Dictionary<SocketError, string> ByError = new()
    {
        [Interrupted] = "EINTR",
        [WouldBlock] = "EAGAIN",
        [AccessDenied] = "EACCES",
        [Fault] = "EFAULT",
        [InvalidArgument] = "EINVAL",
        [TooManyOpenSockets] = "EMFILE",
        [Shutdown] = "EPIPE",
        [NotSocket] = "ENOTSOCK",
        [DestinationAddressRequired] = "EDESTADDRREQ",
        [MessageSize] = "EMSGSIZE",
        [ProtocolOption] = "ENOPROTOOPT",
        [OperationNotSupported] = "EOPNOTSUPP",
        [AddressFamilyNotSupported] = "EAFNOSUPPORT",
        [AddressAlreadyInUse] = "EADDRINUSE",
        [AddressNotAvailable] = "EADDRNOTAVAIL",
        [NetworkDown] = "ENETDOWN",
        [NetworkUnreachable] = "ENETUNREACH",
        [NetworkReset] = "ENETRESET",
        [ConnectionAborted] = "ECONNABORTED",
        [ConnectionReset] = "ECONNRESET",
        [NoBufferSpaceAvailable] = "ENOBUFS",
        [IsConnected] = "EISCONN",
        [NotConnected] = "ENOTCONN",
        [TimedOut] = "ETIMEDOUT",
        [ConnectionRefused] = "ECONNREFUSED",
        [HostDown] = "EHOSTDOWN",
        [HostUnreachable] = "EHOSTUNREACH",
        [AlreadyInProgress] = "EALREADY",
        [InProgress] = "EINPROGRESS",
        [OperationAborted] = "ECANCELED",
    };

    /// <summary>The name of a Linux errno; <c>errno 123</c> if the number is not in the table.</summary>
    public static string NameOf(int number) =>
        ByNumber.GetValueOrDefault(IsRestart(-number) ? EINTR : number) ?? Unnamed(number);

    /// <summary>The name of a socket error on any system; <c>errno 123</c> if the error is not in the table.</summary>
    public static string NameOf(SocketException error) =>
        // SocketError.AccessDenied stands for EPERM and EACCES.
        OperatingSystem.IsLinux() && error.NativeErrorCode == Eperm ? ByNumber[Eperm]
            : ByError.GetValueOrDefault(error.SocketErrorCode) ?? Unnamed(error.NativeErrorCode);

    /// <summary>True if a signal interrupted the call and the kernel will restart it.</summary>
    public static bool IsRestart(long result) => result is <= -FirstRestart and >= -LastRestart;

    private static string Unnamed(int number) => string.Create(CultureInfo.InvariantCulture, $"errno {number}");
}
