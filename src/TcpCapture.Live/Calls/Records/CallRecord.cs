using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>A decoded record of the call trace. The meaning of its numbers depends on <see cref="Kind"/>.</summary>
internal readonly struct CallRecord
{
    public required Timestamp Time { get; init; }
    public required CallRecordKind Kind { get; init; }
    public SystemCall Call { get; init; }

    /// <summary>The thread. For a state change, it may be an unrelated thread that was interrupted.</summary>
    public int Thread { get; init; }

    /// <summary>
    /// Enter: the first traced argument, usually the descriptor. Exit: the result. Sent, Received: bytes or negative
    /// errno. NewTask: the new thread. Execute: the previous thread number. Signal, SignalSent: the signal.
    /// </summary>
    public long A { get; init; }

    /// <summary>Enter: the second argument. NewTask: the clone(2) flags. SignalSent: the receiving process or thread.</summary>
    public long B { get; init; }

    /// <summary>Enter: the third argument. Sent, Received: the protocol.</summary>
    public long C { get; init; }

    /// <summary>Sent, Received: the kernel address of the socket; 0 if unknown.</summary>
    public ulong SocketAddress { get; init; }
    public KernelEvent? Change { get; init; }

    /// <summary>Execute: the path of the program. NewTask: the name of the new task.</summary>
    public string? Text { get; init; }
}

internal enum CallRecordKind : byte
{
    /// <summary>Records were lost here.</summary>
    Gap,

    Enter,
    Exit,

    /// <summary>A socket changed state. It may be unrelated to the call of this thread.</summary>
    StateChange,

    /// <summary>A call wrote to a TCP socket.</summary>
    Sent,

    /// <summary>A call read from a TCP socket.</summary>
    Received,

    /// <summary>A thread created a thread or a process.</summary>
    NewTask,

    /// <summary>A process executed another program.</summary>
    Execute,

    /// <summary>A signal without a handler was delivered to a thread.</summary>
    Signal,

    /// <summary>A signal that is not ignored was sent to a process.</summary>
    SignalSent,

    /// <summary>A thread ended. The kernel closes its descriptors afterwards.</summary>
    EndTask,
}
