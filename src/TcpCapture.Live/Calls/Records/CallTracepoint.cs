namespace TcpCapture.Live.Calls.Records;

/// <summary>
/// A traced system call, with the kernel's name for it, up to three arguments to read (the descriptor first) and a
/// filter on its entries.
/// </summary>
internal sealed record CallTracepoint(SystemCall Call, string Kernel, string[] Arguments, string? Filter = null, bool HasResult = true)
{
    // SOL_SOCKET and SO_LINGER: this option changes the effect of close.
    private const string ClosingOptions = "level==1&&optname==13";

    // F_DUPFD, F_SETFD, F_DUPFD_CLOEXEC.
    private const string DescriptorCommands = "cmd==0||cmd==2||cmd==1030";

    // FIOCLEX, FIONCLEX.
    private const string CloseOnExecCommands = "cmd==0x5451||cmd==0x5450";

    public static IReadOnlyList<CallTracepoint> All { get; } =
    [
        new(SystemCall.Socket, "socket", ["family", "type", "protocol"]),
        new(SystemCall.Bind, "bind", ["fd"]),
        new(SystemCall.Listen, "listen", ["fd", "backlog"]),
        new(SystemCall.Connect, "connect", ["fd"]),
        new(SystemCall.Accept, "accept", ["fd"]),
        new(SystemCall.Accept4, "accept4", ["fd", "flags"]),
        new(SystemCall.Shutdown, "shutdown", ["fd", "how"]),
        new(SystemCall.SetSockOpt, "setsockopt", ["fd", "level", "optname"], ClosingOptions),
        new(SystemCall.Close, "close", ["fd"]),
        new(SystemCall.CloseRange, "close_range", ["fd", "max_fd", "flags"]),
        new(SystemCall.Dup, "dup", ["fildes"]),
        new(SystemCall.Dup2, "dup2", ["oldfd", "newfd"]),
        new(SystemCall.Dup3, "dup3", ["oldfd", "newfd", "flags"]),
        new(SystemCall.Fcntl, "fcntl", ["fd", "cmd", "arg"], DescriptorCommands),
        new(SystemCall.Ioctl, "ioctl", ["fd", "cmd"], CloseOnExecCommands, HasResult: false),
        new(SystemCall.Read, "read", ["fd", "count"]),
        new(SystemCall.ReadV, "readv", ["fd"]),
        new(SystemCall.RecvFrom, "recvfrom", ["fd", "size", "flags"]),
        new(SystemCall.RecvMsg, "recvmsg", ["fd", "flags"]),
        new(SystemCall.RecvMMsg, "recvmmsg", ["fd", "flags"]),
        new(SystemCall.Write, "write", ["fd", "count"]),
        new(SystemCall.WriteV, "writev", ["fd"]),
        new(SystemCall.SendTo, "sendto", ["fd", "len", "flags"]),
        new(SystemCall.SendMsg, "sendmsg", ["fd", "flags"]),
        new(SystemCall.SendMMsg, "sendmmsg", ["fd", "flags"]),
        new(SystemCall.SendFile, "sendfile64", ["out_fd", "in_fd", "count"]),
        new(SystemCall.Splice, "splice", ["fd_in", "fd_out", "len"]),
        new(SystemCall.ExitGroup, "exit_group", ["error_code"], HasResult: false),
        new(SystemCall.IoUringSetup, "io_uring_setup", ["entries"]),
    ];

    /// <summary>True for calls that are also made on files. Their exits are not traced where transfers are, to halve the cost.</summary>
    public bool IsOfFiles => Call is SystemCall.Read or SystemCall.ReadV or SystemCall.Write or SystemCall.WriteV;

    public static string NameOf(SystemCall call) => call switch
    {
        SystemCall.SendFile => "sendfile",
        SystemCall.None => "",
        _ => All[(int)call - 1].Kernel,
    };
}

/// <summary>A traced system call. In lower case, without underscores, it has the kernel's name.</summary>
internal enum SystemCall : byte
{
    None, Socket, Bind, Listen, Connect, Accept, Accept4, Shutdown, SetSockOpt, Close, CloseRange, Dup, Dup2, Dup3,
    Fcntl, Ioctl, Read, ReadV, RecvFrom, RecvMsg, RecvMMsg, Write, WriteV, SendTo, SendMsg, SendMMsg, SendFile, Splice,
    ExitGroup, IoUringSetup,
}
