using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>A call that is being assembled.</summary>
internal sealed class TracedCall
{
    public required long Id { get; init; } // numbered in the order in which calls begin
    public required SystemCall Call { get; init; } // None for the end of a process
    public required string Name { get; set; }
    public ProgramSocket? Socket { get; set; } // null if it could not be created
    public ProgramSocket? Accepted { get; set; } // by accept
    public required string Arguments { get; set; }
    public required Timestamp Begin { get; set; }
    public Timestamp? End { get; set; }
    public long? Result { get; set; }
    public string? Error { get; set; }
    public required ProgramProcess Process { get; init; }
    public bool IsBegunDelivered { get; set; } // the begin was delivered because the call took long
    public bool HasClosed { get; set; } // by close, as the kernel has reported

    /// <summary>The socket whose addresses the row shows.</summary>
    public ProgramSocket? Subject => Accepted ?? Socket;

    /// <summary>Records the return of the call; a negative result is an errno.</summary>
    public void Return(Timestamp time, long result)
    {
        End = time;
        Result = result < 0 ? -1 : result;
        Error = result < 0 ? Errno.NameOf((int)-result) : null;
    }

    /// <summary>The call for delivery, with the addresses known by now.</summary>
    public SocketCall ToSocketCall()
    {
        var subject = Name == "socket" ? null : Subject; // it had no address then
        return new SocketCall
        {
            Id = Id,
            Socket = Socket?.Number ?? 0,
            Side = Socket?.Side ?? Process.Role,
            Name = Name,
            SystemCall = CallWording.SystemCallOf(this),
            Arguments = CallWording.ArgumentsOf(this),
            Begin = Begin,
            End = End,
            Result = Accepted?.Number ?? Result,
            Error = Error,
            Local = subject?.Local ?? (subject is null ? null : Socket?.Local),
            Remote = Name is "bind" or "listen" ? null : subject?.Remote,
            ProcessId = Process.Id,
        };
    }
}
