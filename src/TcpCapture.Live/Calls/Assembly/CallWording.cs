using System.Globalization;
using System.Text;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>The names and argument texts of calls. An argument that the trace does not show is a question mark.</summary>
internal static class CallWording
{
    public const string Unknown = "?"; // the text for an argument behind a pointer, which the trace does not follow

    /// <summary>The name of a close that leaves the socket open, because other descriptors refer to it.</summary>
    public const string CloseDescriptor = "close-descriptor";
    public const string Peek = "peek"; // the name of a read that leaves the data in the receive buffer
    public const string Exit = "exit"; // the name of the end of a process, which closes its sockets

    private const long PeekFlag = 2;

    private static readonly (long Flag, string Name)[] Flags =
    [
        (0x1, "MSG_OOB"), (PeekFlag, "MSG_PEEK"), (0x4, "MSG_DONTROUTE"), (0x20, "MSG_TRUNC"), (0x40, "MSG_DONTWAIT"),
        (0x80, "MSG_EOR"), (0x100, "MSG_WAITALL"), (0x2000, "MSG_ERRQUEUE"), (0x4000, "MSG_NOSIGNAL"), (0x8000, "MSG_MORE"),
        (0x10000, "MSG_WAITFORONE"), (0x4000000, "MSG_ZEROCOPY"), (0x20000000, "MSG_FASTOPEN"), (0x40000000, "MSG_CMSG_CLOEXEC"),
    ];

    /// <summary>The name of a call, in the words that all sources of calls share.</summary>
    public static string NameOf(SystemCall call, long flags) => call switch
    {
        SystemCall.Accept4 => "accept",
        SystemCall.Read or SystemCall.ReadV or SystemCall.RecvFrom or SystemCall.RecvMsg or SystemCall.RecvMMsg =>
            (flags & PeekFlag) != 0 ? Peek : "recv",
        SystemCall.Write or SystemCall.WriteV or SystemCall.SendTo or SystemCall.SendMsg or SystemCall.SendMMsg
            or SystemCall.SendFile => "send",
        SystemCall.CloseRange => "close",
        _ => CallTracepoint.NameOf(call),
    };

    /// <summary>The name of the system call, if it differs from the name of the call; else null.</summary>
    public static string? SystemCallOf(TracedCall call) =>
        call.Call == SystemCall.None || CallTracepoint.NameOf(call.Call) == call.Name ? null : CallTracepoint.NameOf(call.Call);

    public static string ArgumentsOf(TracedCall call) => call.Call switch
    {
        SystemCall.Connect => call.Socket?.Remote?.ToString() ?? Unknown,
        SystemCall.Bind => call.Socket?.Local is { } local && call.Result == 0 ? $"{Unknown}, which became {local}" : Unknown,
        _ => call.Arguments,
    };

    /// <summary>The argument text, as far as the entry record shows the arguments.</summary>
    public static string ArgumentsOf(in CallRecord enter) => enter.Call switch
    {
        SystemCall.Socket => enter.A == 10 ? "AF_INET6" : "AF_INET",
        SystemCall.Listen => Number(enter.B),
        SystemCall.Shutdown => enter.B switch
        {
            0 => "SHUT_RD",
            1 => "SHUT_WR",
            2 => "SHUT_RDWR",
            _ => Number(enter.B),
        },
        SystemCall.SetSockOpt => $"SOL_SOCKET, SO_LINGER, {Unknown}",
        SystemCall.Read => Number(enter.B),
        SystemCall.RecvFrom => WithFlags(Number(enter.B), enter.C),
        SystemCall.RecvMsg or SystemCall.RecvMMsg or SystemCall.SendMsg or SystemCall.SendMMsg => WithFlags("", enter.B),
        SystemCall.Write => $"{Number(enter.B)} bytes",
        SystemCall.SendTo => WithFlags($"{Number(enter.B)} bytes", enter.C),
        SystemCall.SendFile or SystemCall.Splice => $"{Number(enter.C)} bytes",
        _ => "",
    };

    public static string EndOf(int? status, int? signal) => (status, signal) switch
    {
        ({ } by, _) => $"status {Number(by)}",
        (_, { } by) => $"killed by {Signals.NameOf(by) ?? $"signal {Number(by)}"}",
        _ => "",
    };

    private static string WithFlags(string rest, long flags)
    {
        if ((uint)flags == 0) return rest;
        var text = new StringBuilder(rest);
        var left = (uint)flags;
        foreach (var (flag, name) in Flags)
        {
            if ((left & flag) == 0) continue;
            left &= ~(uint)flag;
            Append(name);
        }

        if (left != 0) Append(string.Create(CultureInfo.InvariantCulture, $"0x{left:x}"));
        return text.ToString();

        void Append(string name) => text.Append(text.Length == 0 ? "" : text.Length == rest.Length ? ", " : "|").Append(name);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
