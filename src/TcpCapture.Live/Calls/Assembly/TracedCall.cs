using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Assembly;

/// <summary>A call while it is being put together.</summary>
internal sealed class TracedCall
{
    /// <summary>Number, in the order in which calls begin.</summary>
    public required long Id { get; init; }

    /// <summary>The system call; None for the end of a process.</summary>
    public required SystemCall Call { get; init; }

    /// <summary>What it does, in <see cref="SocketCall.Name"/>'s words.</summary>
    public required string Name { get; set; }

    /// <summary>The socket; null if it failed to make one.</summary>
    public ProgramSocket? Socket { get; set; }

    /// <summary>For accept, the socket it returned.</summary>
    public ProgramSocket? Accepted { get; set; }

    public required string Arguments { get; set; }

    public required Timestamp Begin { get; set; }

    public Timestamp? End { get; set; }

    public long? Result { get; set; }

    public string? Error { get; set; }

    public required ProgramProcess Process { get; init; }

    /// <summary>It took so long that its begin has been delivered.</summary>
    public bool IsBegunDelivered { get; set; }

    /// <summary>For close, the kernel has reported that it closed the socket.</summary>
    public bool HasClosed { get; set; }

    /// <summary>The socket whose nature its row depends on.</summary>
    public ProgramSocket? Subject => Accepted ?? Socket;

    /// <summary>Ends it by what the kernel returned: a negative number is an error's.</summary>
    public void Return(Timestamp time, long result)
    {
        End = time;
        Result = result < 0 ? -1 : result;
        Error = result < 0 ? Errno.NameOf((int)-result) : null;
    }

    /// <summary>The call as it is delivered, with what is known of its socket by now.</summary>
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
