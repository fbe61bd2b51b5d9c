using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>The fields of <see cref="ConnectionEnd"/> that most segments use, together to save cache lines.</summary>
internal struct TouchedState
{
    public long Segments;
    public long Bytes;
    public long Retransmissions;
    public long BytesArrived;
    public long FinEvent;
    public long AckHeld;
    public ReceivedSegment LastReceived;
    public uint SndNxt;
    public uint RcvNxt;
    public uint LastAckSent;
    public uint FinNext;
    public uint? FinAwaited;
    public TcpState State;
    public bool IsKnown;
    public bool HasSent;
    public bool RcvNxtKnown;
    public ushort LastWindowSent;
}
