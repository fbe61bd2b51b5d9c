namespace TcpCapture.Live.Scenarios;

/// <summary>Numbers of the Linux socket options at level IPPROTO_TCP that .NET does not name.</summary>
internal static class TcpOption
{
    /// <summary>TCP_QUICKACK: 0 lets an ACK wait for something to travel with.</summary>
    public const int QuickAck = 12;

    /// <summary>TCP_REPAIR: a socket in repair mode is closed without a segment.</summary>
    public const int Repair = 19;
}
