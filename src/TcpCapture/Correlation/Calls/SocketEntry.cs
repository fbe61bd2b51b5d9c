using TcpCapture.Model;

namespace TcpCapture.Correlation.Calls;

/// <summary>A socket of an observed program, as its calls show it.</summary>
internal sealed class SocketEntry(Side side)
{
    /// <summary>Which end it is; settled when the socket connects or listens.</summary>
    public Side Side { get; set; } = side;

    public Endpoint? Local { get; set; }

    public Endpoint? Remote { get; set; }

    public bool IsListener { get; set; }

    public bool LingerZero { get; set; }

    /// <summary>SO_LINGER was set to an unknown value.</summary>
    public bool LingerUnknown { get; set; }

    /// <summary>TCP_REPAIR is on: closing sends nothing.</summary>
    public bool Repair { get; set; }

    /// <summary>The connection of the socket; null until it is known.</summary>
    public Connection? Connection { get; set; }

    /// <summary>The connection that the latest accept returned, if this is a listener.</summary>
    public Connection? LastAccepted { get; set; }

    /// <summary>The accept that returned this socket; null if none did.</summary>
    public SocketCall? Accepted { get; init; }

    public EventRef LastReceive { get; set; }

    public ConnectionEnd? End => Connection?[Side];
}
