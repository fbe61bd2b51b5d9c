using System.Globalization;
using System.Net.Sockets;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>The names that <c>errno.h</c> gives to error numbers.</summary>
/// <remarks>The numbers are Linux's on every architecture .NET runs on; <see cref="SocketError"/> works on every system.</remarks>
internal static class Errno
{
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EPROTO = 71;
    private const int Eperm = 1;
    private const int FirstRestart = 512; // ERESTARTSYS
    private const int LastRestart = 516; // ERESTART_RESTARTBLOCK

    // SocketError.Success stands for errors that SocketError does not distinguish.
    private static readonly (int Number, string Name, SocketError Error)[] All =
    [
        (Eperm, "EPERM", SocketError.Success),
        (EINTR, "EINTR", SocketError.Interrupted),
        (5, "EIO", SocketError.Success),
        (9, "EBADF", SocketError.Success),
        (EAGAIN, "EAGAIN", SocketError.WouldBlock),
        (12, "ENOMEM", SocketError.Success),
        (13, "EACCES", SocketError.AccessDenied),
        (14, "EFAULT", SocketError.Fault),
        (22, "EINVAL", SocketError.InvalidArgument),
        (23, "ENFILE", SocketError.Success),
        (24, "EMFILE", SocketError.TooManyOpenSockets),
        (32, "EPIPE", SocketError.Shutdown),
        (EPROTO, "EPROTO", SocketError.Success),
        (88, "ENOTSOCK", SocketError.NotSocket),
        (89, "EDESTADDRREQ", SocketError.DestinationAddressRequired),
        (90, "EMSGSIZE", SocketError.MessageSize),
        (92, "ENOPROTOOPT", SocketError.ProtocolOption),
        (93, "EPROTONOSUPPORT", SocketError.Success),
        (95, "EOPNOTSUPP", SocketError.OperationNotSupported),
        (97, "EAFNOSUPPORT", SocketError.AddressFamilyNotSupported),
        (98, "EADDRINUSE", SocketError.AddressAlreadyInUse),
        (99, "EADDRNOTAVAIL", SocketError.AddressNotAvailable),
        (100, "ENETDOWN", SocketError.NetworkDown),
        (101, "ENETUNREACH", SocketError.NetworkUnreachable),
        (102, "ENETRESET", SocketError.NetworkReset),
        (103, "ECONNABORTED", SocketError.ConnectionAborted),
        (104, "ECONNRESET", SocketError.ConnectionReset),
        (105, "ENOBUFS", SocketError.NoBufferSpaceAvailable),
        (106, "EISCONN", SocketError.IsConnected),
        (107, "ENOTCONN", SocketError.NotConnected),
        (108, "ESHUTDOWN", SocketError.Success),
        (110, "ETIMEDOUT", SocketError.TimedOut),
        (111, "ECONNREFUSED", SocketError.ConnectionRefused),
        (112, "EHOSTDOWN", SocketError.HostDown),
        (113, "EHOSTUNREACH", SocketError.HostUnreachable),
        (114, "EALREADY", SocketError.AlreadyInProgress),
        (115, "EINPROGRESS", SocketError.InProgress),
        (125, "ECANCELED", SocketError.OperationAborted),
    ];

    private static readonly Dictionary<int, string> ByNumber = All.ToDictionary(error => error.Number, error => error.Name);

    private static readonly Dictionary<SocketError, string> ByError =
        All.Where(error => error.Error != SocketError.Success).ToDictionary(error => error.Error, error => error.Name);

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
