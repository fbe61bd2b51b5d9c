using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// What nearly every segment touches of an end, side by side: scattered over the object it would be in twice as many lines of the
/// processor's cache. <see cref="ConnectionEnd"/> says what each is.
/// </summary>
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
