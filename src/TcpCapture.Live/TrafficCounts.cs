using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>What was captured so far, counted from segments alone.</summary>
/// <param name="Connections">Connections seen, including those that began before the recording.</param>
/// <param name="Open">Connections that neither both ends closed nor one end reset.</param>
/// <param name="Segments">Segments.</param>
/// <param name="Resets">Segments with RST.</param>
/// <param name="SynRetransmissions">Retransmitted SYNs.</param>
/// <param name="Retransmissions">Retransmitted segments with data or FIN.</param>
/// <param name="Failed">Connections that were reset or refused.</param>
internal readonly record struct TrafficCounts(
    long Connections, long Open, long Segments, long Resets, long SynRetransmissions, long Retransmissions = 0, long Failed = 0);

/// <summary>What happened to a connection.</summary>
public enum ConnectionChangeKind
{
    /// <summary>Its SYN was captured.</summary>
    Opened,

    /// <summary>Its first segment was captured, and it was no SYN: the connection began earlier.</summary>
    Found,

    /// <summary>Its SYN was retransmitted.</summary>
    SynRetransmitted,

    /// <summary>Its second FIN was captured: both ends have closed.</summary>
    Closed,

    /// <summary>A RST was captured.</summary>
    Reset,
}

/// <summary>A change of a connection, seen in a segment while it is captured.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Time">When the segment was captured.</param>
/// <param name="Sender">The end that sent the segment: the client of <see cref="ConnectionChangeKind.Opened"/>.</param>
/// <param name="Receiver">The other end.</param>
public readonly record struct ConnectionChange(ConnectionChangeKind Kind, Timestamp Time, Endpoint Sender, Endpoint Receiver);
