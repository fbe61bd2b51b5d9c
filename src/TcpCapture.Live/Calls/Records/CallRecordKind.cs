namespace TcpCapture.Live.Calls.Records;

/// <summary>What a record of the calls' trace tells.</summary>
internal enum CallRecordKind : byte
{
    /// <summary>Records are missing here.</summary>
    Gap,

    /// <summary>A thread enters a system call.</summary>
    Enter,

    /// <summary>A thread leaves a system call.</summary>
    Exit,

    /// <summary>Some socket changed its state, perhaps inside a thread's call.</summary>
    StateChange,

    /// <summary>A TCP socket was written to inside a thread's call.</summary>
    Sent,

    /// <summary>A TCP socket was read from inside a thread's call.</summary>
    Received,

    /// <summary>A thread makes a thread or a process.</summary>
    NewTask,

    /// <summary>A process runs another program from now on.</summary>
    Execute,

    /// <summary>A signal without a handler is delivered to a thread.</summary>
    Signal,

    /// <summary>Some process is sent a signal that it has not chosen to ignore.</summary>
    SignalSent,

    /// <summary>A thread ends; its descriptors are closed after this.</summary>
    EndTask,
}
