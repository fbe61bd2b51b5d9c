namespace TcpCapture.Tracking;

/// <summary>The states Zeek gives an end of a connection, from which <c>conn_state</c> follows.</summary>
internal enum ZeekEndpoint : byte
{
    Inactive,
    Partial,
    SynSent,
    SynAckSent,
    Established,
    Closed,
    Reset,
}
