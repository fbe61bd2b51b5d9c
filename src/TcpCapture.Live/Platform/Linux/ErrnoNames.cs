using System.Globalization;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>Names of the kernel's error numbers, as <c>errno.h</c> has them on every architecture .NET runs on.</summary>
internal static class ErrnoNames
{
    private const int FirstRestart = 512; // ERESTARTSYS
    private const int LastRestart = 516; // ERESTART_RESTARTBLOCK

    /// <summary>The error's name; <c>errno 123</c> for one without a name here. A call to be begun again was interrupted.</summary>
    public static string Of(int errno) => errno switch
    {
        1 => "EPERM",
        4 or (>= FirstRestart and <= LastRestart) => "EINTR",
        5 => "EIO",
        9 => "EBADF",
        11 => "EAGAIN",
        12 => "ENOMEM",
        13 => "EACCES",
        14 => "EFAULT",
        22 => "EINVAL",
        23 => "ENFILE",
        24 => "EMFILE",
        32 => "EPIPE",
        71 => "EPROTO",
        88 => "ENOTSOCK",
        89 => "EDESTADDRREQ",
        90 => "EMSGSIZE",
        92 => "ENOPROTOOPT",
        93 => "EPROTONOSUPPORT",
        95 => "EOPNOTSUPP",
        97 => "EAFNOSUPPORT",
        98 => "EADDRINUSE",
        99 => "EADDRNOTAVAIL",
        100 => "ENETDOWN",
        101 => "ENETUNREACH",
        102 => "ENETRESET",
        103 => "ECONNABORTED",
        104 => "ECONNRESET",
        105 => "ENOBUFS",
        106 => "EISCONN",
        107 => "ENOTCONN",
        108 => "ESHUTDOWN",
        110 => "ETIMEDOUT",
        111 => "ECONNREFUSED",
        112 => "EHOSTDOWN",
        113 => "EHOSTUNREACH",
        114 => "EALREADY",
        115 => "EINPROGRESS",
        _ => string.Create(CultureInfo.InvariantCulture, $"errno {errno}"),
    };

    /// <summary>True if the call was interrupted and the kernel begins it again by itself.</summary>
    public static bool IsRestart(long result) => result is <= -FirstRestart and >= -LastRestart;
}
