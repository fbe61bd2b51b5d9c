using TcpCapture.Model;

namespace TcpCapture.Correlation.Calls;

/// <summary>A socket of an observed program, as its calls show it.</summary>
internal sealed class SocketEntry(Side side)
{
    public Side Side { get; set; } = side; // which end it is; settled when the socket connects or listens
    public Endpoint? Local { get; set; }
    public Endpoint? Remote { get; set; }
    public bool IsListener { get; set; }
    public bool LingerZero { get; set; }
    public bool LingerUnknown { get; set; } // SO_LINGER was set to an unknown value
    public bool Repair { get; set; } // TCP_REPAIR is on: closing sends nothing
    public Connection? Connection { get; set; } // the connection of the socket; null until it is known

    /// <summary>The connection that the latest accept returned, if this is a listener.</summary>
    public Connection? LastAccepted { get; set; }
    public SocketCall? Accepted { get; init; } // the accept that returned this socket; null if none did
    public EventRef LastReceive { get; set; }
    public ConnectionEnd? End => Connection?[Side];
}
