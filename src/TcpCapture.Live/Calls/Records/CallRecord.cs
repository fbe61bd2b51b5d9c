using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>A record of the calls' trace, decoded. What the numbers mean is the kind's.</summary>
internal readonly struct CallRecord
{
    /// <summary>When, on the clock of packet times.</summary>
    public required Timestamp Time { get; init; }

    /// <summary>What it tells.</summary>
    public required CallRecordKind Kind { get; init; }

    /// <summary>For Enter and Exit, the system call.</summary>
    public SystemCall Call { get; init; }

    /// <summary>The thread it happened on. For a state change it may be anybody's that was just interrupted.</summary>
    public int Thread { get; init; }

    /// <summary>
    /// For Enter, the first argument that matters, the descriptor mostly; for Exit, the result; for Sent and Received, the
    /// bytes or the negative errno; for NewTask, the new thread; for Execute, the thread's number before; for Signal and SignalSent, its number.
    /// </summary>
    public long A { get; init; }

    /// <summary>For Enter, the second argument; for NewTask, the flags of clone(2); for SignalSent, the process or thread that gets it.</summary>
    public long B { get; init; }

    /// <summary>For Enter, the third argument.</summary>
    public long C { get; init; }

    /// <summary>For Sent and Received, where the kernel keeps the socket; 0 if the call does not tell.</summary>
    public ulong SocketAddress { get; init; }

    /// <summary>For StateChange, the change.</summary>
    public KernelEvent? Change { get; init; }

    /// <summary>For Execute, the program's file; for NewTask, the name the child begins with.</summary>
    public string? Text { get; init; }
}
