using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Live.Calls.Records;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A thread of a program, and its current system call.</summary>
internal sealed class ProgramThread(int id, RunningProcess process, DescriptorTable descriptors)
{
    public int Id { get; } = id;
    public RunningProcess Process { get; } = process;
    public DescriptorTable Descriptors { get; set; } = descriptors;

    /// <summary>The entry record of the current call; of kind Gap outside of a call.</summary>
    public CallRecord Entered { get; set; }

    /// <summary>The number assigned to the current call.</summary>
    public long EnteredId { get; set; }

    /// <summary>The current call, if it is on a TCP socket.</summary>
    public TracedCall? Current { get; set; }

    /// <summary>Bytes that the current call has read or written so far, as the kernel reported.</summary>
    public long Moved { get; set; }

    /// <summary>True if the kernel has reported a transfer of the current call.</summary>
    public bool HasMoved { get; set; }

    /// <summary>A close that has returned, but that the kernel may finish only afterwards; null if there is none.</summary>
    public TracedCall? Closing { get; set; }

    /// <summary>Marks the thread as outside of a call.</summary>
    public void Leave()
    {
        Entered = default;
        Current = null;
        Moved = 0;
        HasMoved = false;
    }
}
