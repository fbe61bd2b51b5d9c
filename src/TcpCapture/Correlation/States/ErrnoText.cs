using System.Globalization;

namespace TcpCapture.Correlation.States;

/// <summary>Names of the Linux error numbers that the kernel stores on TCP sockets.</summary>
internal static class ErrnoText
{
    public const int TimedOut = 110;

    /// <summary><c>ETIMEDOUT</c>; <c>errno 123</c> for a number without a name here.</summary>
    public static string NameOf(int number) => number switch
    {
        1 => "EPERM",
        13 => "EACCES",
        32 => "EPIPE",
        71 => "EPROTO",
        90 => "EMSGSIZE",
        92 => "ENOPROTOOPT",
        100 => "ENETDOWN",
        101 => "ENETUNREACH",
        103 => "ECONNABORTED",
        104 => "ECONNRESET",
        105 => "ENOBUFS",
        TimedOut => "ETIMEDOUT",
        111 => "ECONNREFUSED",
        112 => "EHOSTDOWN",
        113 => "EHOSTUNREACH",
        _ => string.Create(CultureInfo.InvariantCulture, $"errno {number}"),
    };
}
