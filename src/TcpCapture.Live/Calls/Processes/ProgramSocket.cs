using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A TCP socket of an observed program, whichever descriptors of whichever processes stand for it.</summary>
internal sealed class ProgramSocket(int number, bool isAccepted)
{
    /// <summary>Its number, from 1.</summary>
    public int Number { get; } = number;

    /// <summary>True if accept(2) made it: then its addresses are those of the connection it was given.</summary>
    public bool IsAccepted { get; } = isAccepted;

    /// <summary>By what it does: connect makes a client, listen and accept a server. Null while it has done neither.</summary>
    public Side? Side { get; set; } = isAccepted ? Model.Side.Server : null;

    /// <summary>Its own address, once the kernel has told it with a port.</summary>
    public Endpoint? Local { get; set; }

    /// <summary>The peer's address, once known.</summary>
    public Endpoint? Remote { get; set; }

    /// <summary>Where the kernel keeps it; 0 while not known.</summary>
    public ulong Address { get; set; }

    /// <summary>Its state by the kernel's reports.</summary>
    public TcpState State { get; set; } = TcpState.Closed;

    /// <summary>A Multipath TCP socket: what the kernel reports is of its subflows, which have addresses of their own.</summary>
    public bool IsMultipath { get; init; }

    /// <summary>Descriptors that stand for it, in all processes observed.</summary>
    public int References { get; set; }

    /// <summary>For a listener, where its connections wait.</summary>
    public AcceptQueue? Queue { get; set; }

    /// <summary>Calls that wait until it is known what the socket is; null when there are none.</summary>
    public List<TracedCall>? Held { get; set; }

    /// <summary>No longer waited for: what is not known by now is said to be unknown.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>True if all is known that its rows want to say.</summary>
    public bool IsSettled => IsGivenUp
        || (Local is not null && (Remote is not null || (Side == Model.Side.Server && !IsAccepted)));

    /// <summary>True if closing it for good has to be reported by the kernel as a change of state.</summary>
    public bool ReportsItsClosing => Address != 0
        && State is TcpState.SynSent or TcpState.SynRecv or TcpState.Established or TcpState.CloseWait or TcpState.Listen;
}
