using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Live.Calls.Records;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A thread of an observed program, and the call it is in.</summary>
internal sealed class ProgramThread(int id, RunningProcess process, DescriptorTable descriptors)
{
    /// <summary>Its number.</summary>
    public int Id { get; } = id;

    /// <summary>The process it belongs to.</summary>
    public RunningProcess Process { get; } = process;

    /// <summary>The descriptors it sees.</summary>
    public DescriptorTable Descriptors { get; set; } = descriptors;

    /// <summary>The entry of the call it is in; of kind Gap if it is in none that is known.</summary>
    public CallRecord Entered { get; set; }

    /// <summary>The number the call it is in was given.</summary>
    public long EnteredId { get; set; }

    /// <summary>The call it is in, if it is one on a socket.</summary>
    public TracedCall? Current { get; set; }

    /// <summary>Bytes moved by the call it is in, as the socket told.</summary>
    public long Moved { get; set; }

    /// <summary>The socket has told how the call it is in went.</summary>
    public bool HasMoved { get; set; }

    /// <summary>A close that has returned, which the kernel may finish just afterwards; null if there is none.</summary>
    public TracedCall? Closing { get; set; }

    /// <summary>It is in no call.</summary>
    public void Leave()
    {
        Entered = default;
        Current = null;
        Moved = 0;
        HasMoved = false;
    }
}
