namespace TcpCapture.Live.Scenarios;

/// <summary>A connection as the wire shows it, seen from one end.</summary>
/// <param name="Sent">What that end has sent.</param>
/// <param name="Received">What the other end has sent.</param>
internal readonly record struct ConnectionOnWire(DirectionOnWire Sent, DirectionOnWire Received)
{
    /// <summary>True if either end has sent an RST.</summary>
    public bool IsReset => Sent.Resets > 0 || Received.Resets > 0;

    /// <summary>True if the other end has acknowledged this much after the SYN: bytes, plus one for a FIN.</summary>
    public bool IsAcknowledged(long length) => Sent.IsAcknowledged(length, Received);
}
