using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>A socket found by listing, and what it looked like.</summary>
internal readonly record struct ListedSocket(FourTuple End, SocketLook Look)
{
    /// <summary>As what stood there when the recording began.</summary>
    public SocketSample ToInitialSample() => new()
    {
        NotBefore = Look.Begin,
        NotAfter = Look.End,
        Local = End.Local,
        Remote = End.Remote,
        State = Look.View.State,
        Kind = Look.View.Kind,
        Timer = Look.View.Timer,
        TimerMilliseconds = Look.View.Timer == SocketTimer.None ? null : Look.View.TimerMilliseconds,
        Retransmits = Look.View.Retransmits,
        ReceiveQueue = Look.View.ReceiveQueue,
        SendQueue = Look.View.SendQueue,
        Inode = Look.View.Inode,
        Cookie = Look.View.Cookie,
        UserId = Look.View.UserId,
        IsInitial = true,
    };
}
