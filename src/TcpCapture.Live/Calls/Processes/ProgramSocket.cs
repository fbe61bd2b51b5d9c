using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A TCP socket of a program. Several descriptors, in several processes, may refer to it.</summary>
internal sealed class ProgramSocket(int number, bool isAccepted)
{
    public int Number { get; } = number;

    /// <summary>True if accept(2) created it.</summary>
    public bool IsAccepted { get; } = isAccepted;

    /// <summary>Client after connect, server after listen or accept; null before.</summary>
    public Side? Side { get; set; } = isAccepted ? Model.Side.Server : null;

    /// <summary>Its local address; null until a kernel event reports it with a port.</summary>
    public Endpoint? Local { get; set; }

    /// <summary>The peer address; null while unknown.</summary>
    public Endpoint? Remote { get; set; }

    /// <summary>Its kernel address; 0 while unknown.</summary>
    public ulong Address { get; set; }

    /// <summary>The last state that a kernel event reported.</summary>
    public TcpState State { get; set; } = TcpState.Closed;

    /// <summary>A Multipath TCP socket. Kernel events are about its subflows, which have their own addresses.</summary>
    public bool IsMultipath { get; init; }

    /// <summary>Number of descriptors that refer to it, in all observed processes.</summary>
    public int References { get; set; }

    /// <summary>A listener's accept queue; for an accepted socket, the queue that it came from.</summary>
    public AcceptQueue? Queue { get; set; }

    /// <summary>Calls held back until the addresses are known; null if none are held.</summary>
    public List<TracedCall>? Held { get; set; }

    /// <summary>True if the addresses are no longer waited for; unknown ones stay unknown.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>True if the addresses are known, or no longer waited for.</summary>
    public bool IsSettled => IsGivenUp
        || (Local is not null && (Remote is not null || (Side == Model.Side.Server && !IsAccepted)));

    /// <summary>True if the kernel reports a state change when the last descriptor is closed.</summary>
    public bool ReportsItsClosing => Address != 0
        && State is TcpState.SynSent or TcpState.SynRecv or TcpState.Established or TcpState.CloseWait or TcpState.Listen;
}
