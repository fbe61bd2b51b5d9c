using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Records;

/// <summary>A decoded record of the call trace. The meaning of its numbers depends on <see cref="Kind"/>.</summary>
internal readonly struct CallRecord
{
    public required Timestamp Time { get; init; }
    public required CallRecordKind Kind { get; init; }
    public SystemCall Call { get; init; }
    public int Thread { get; init; } // the thread. For a state change, it may be an unrelated thread that was interrupted.

    /// <summary>
    /// Enter: the first traced argument, usually the descriptor. Exit: the result. Sent, Received: bytes or negative
    /// errno. NewTask: the new thread. Execute: the previous thread number. Signal, SignalSent: the signal.
    /// </summary>
    public long A { get; init; }
    public long B { get; init; } // Enter: the second argument. NewTask: the clone(2) flags. SignalSent: the receiving process or thread.
    public long C { get; init; } // Enter: the third argument. Sent, Received: the protocol.
    public ulong SocketAddress { get; init; } // Sent, Received: the kernel address of the socket; 0 if unknown
    public KernelEvent? Change { get; init; }
    public string? Text { get; init; } // Execute: the path of the program. NewTask: the name of the new task.
}

internal enum CallRecordKind : byte
{
    Gap, // records were lost here
    Enter,
    Exit,
    StateChange, // a socket changed state. It may be unrelated to the call of this thread.
    Sent, // a call wrote to a TCP socket
    Received, // a call read from a TCP socket
    NewTask, // a thread created a thread or a process
    Execute, // a process executed another program
    Signal, // a signal without a handler was delivered to a thread
    SignalSent, // a signal that is not ignored was sent to a process
    EndTask, // a thread ended. The kernel closes its descriptors afterwards.
}
