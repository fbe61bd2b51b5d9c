namespace TcpCapture.Live.Calls.Records;

/// <summary>A system call that is traced. Its name in lower case, without the underscore, is the kernel's.</summary>
internal enum SystemCall : byte
{
    /// <summary>None.</summary>
    None,

    Socket,
    Bind,
    Listen,
    Connect,
    Accept,
    Accept4,
    Shutdown,
    SetSockOpt,
    Close,
    CloseRange,
    Dup,
    Dup2,
    Dup3,
    Fcntl,
    Ioctl,
    Read,
    ReadV,
    RecvFrom,
    RecvMsg,
    RecvMMsg,
    Write,
    WriteV,
    SendTo,
    SendMsg,
    SendMMsg,
    SendFile,
    Splice,
    ExitGroup,
    IoUringSetup,
}
