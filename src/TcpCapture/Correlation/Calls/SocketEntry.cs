using TcpCapture.Model;

namespace TcpCapture.Correlation.Calls;

/// <summary>One socket of an observed program, as its calls show it.</summary>
internal sealed class SocketEntry(Side side)
{
    /// <summary>Which end it is; a program may have been taken for the other before its socket connected or listened.</summary>
    public Side Side { get; set; } = side;

    public Endpoint? Local { get; set; }

    public Endpoint? Remote { get; set; }

    public bool IsListener { get; set; }

    public bool LingerZero { get; set; }

    /// <summary>SO_LINGER was set to an unknown value.</summary>
    public bool LingerUnknown { get; set; }

    /// <summary>TCP_REPAIR is on: closing sends nothing.</summary>
    public bool Repair { get; set; }

    /// <summary>The connection it is an end of, once known.</summary>
    public Connection? Connection { get; set; }

    /// <summary>For a listener: the connection its latest accept returned.</summary>
    public Connection? LastAccepted { get; set; }

    /// <summary>The accept that returned it; null if none did.</summary>
    public SocketCall? Accepted { get; init; }

    public EventRef LastReceive { get; set; }

    public ConnectionEnd? End => Connection?[Side];
}
