using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>
/// A connection that a listener has and no accept has been seen to return. The kernel puts it into the accept queue
/// between two of its reports: that the socket was made (SYN_RECV), and that the handshake is over.
/// </summary>
internal sealed class PendingConnection(ulong address, Timestamp made)
{
    /// <summary>Where the kernel keeps its socket.</summary>
    public ulong Address { get; } = address;

    /// <summary>When the socket was made.</summary>
    public Timestamp Made { get; } = made;

    /// <summary>When the handshake was over; null while it is not.</summary>
    public Timestamp? Established { get; set; }

    /// <summary>Its own address, with the handshake's end.</summary>
    public Endpoint? Local { get; set; }

    /// <summary>Its peer's, with the handshake's end.</summary>
    public Endpoint? Remote { get; set; }

    /// <summary>Its state by the kernel's reports.</summary>
    public TcpState State { get; set; } = TcpState.SynRecv;
}
