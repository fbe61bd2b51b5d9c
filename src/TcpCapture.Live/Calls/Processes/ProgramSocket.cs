using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A TCP socket of a program. Several descriptors, in several processes, may refer to it.</summary>
internal sealed class ProgramSocket(int number, bool isAccepted)
{
    public int Number { get; } = number;
    public bool IsAccepted { get; } = isAccepted; // by accept(2)

    /// <summary>Client after connect, server after listen or accept; null before.</summary>
    public Side? Side { get; set; } = isAccepted ? Model.Side.Server : null;
    public Endpoint? Local { get; set; } // its local address; null until a kernel event reports it with a port
    public Endpoint? Remote { get; set; } // the peer address; null while unknown
    public ulong Address { get; set; } // its kernel address; 0 while unknown
    public TcpState State { get; set; } = TcpState.Closed; // the last state that a kernel event reported
    public bool IsMultipath { get; init; } // kernel events are about its subflows, which have their own addresses
    public int References { get; set; } // number of descriptors that refer to it, in all observed processes
    public AcceptQueue? Queue { get; set; } // a listener's accept queue; for an accepted socket, the queue that it came from
    public List<TracedCall>? Held { get; set; } // calls held back until the addresses are known; null if none are held
    public bool IsGivenUp { get; set; } // true if the addresses are no longer waited for; unknown ones stay unknown

    /// <summary>True if the addresses are known, or no longer waited for.</summary>
    public bool IsSettled => IsGivenUp
        || (Local is not null && (Remote is not null || (Side == Model.Side.Server && !IsAccepted)));

    /// <summary>True if the kernel reports a state change when the last descriptor is closed.</summary>
    public bool ReportsItsClosing => Address != 0
        && State is TcpState.SynSent or TcpState.SynRecv or TcpState.Established or TcpState.CloseWait or TcpState.Listen;
}
