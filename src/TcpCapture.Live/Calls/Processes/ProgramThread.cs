using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Live.Calls.Records;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A thread of a program, and its current system call.</summary>
internal sealed class ProgramThread(int id, RunningProcess process, DescriptorTable descriptors)
{
    public int Id { get; } = id;
    public RunningProcess Process { get; } = process;
    public DescriptorTable Descriptors { get; set; } = descriptors;
    public CallRecord Entered { get; set; } // the entry record of the current call; of kind Gap outside of a call
    public long EnteredId { get; set; } // the number assigned to the current call
    public TracedCall? Current { get; set; } // the current call, if it is on a TCP socket
    public long Moved { get; set; } // bytes that the current call has read or written so far, as the kernel reported
    public bool HasMoved { get; set; } // true if the kernel has reported a transfer of the current call

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
