using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>One end of a watched connection, or a watched listener: turns looks into changes.</summary>
internal sealed class WatchedEnd(FourTuple end)
{
    private SocketView _view;
    private Timestamp _lastBegin;
    private bool _looked;

    public FourTuple End { get; } = end;

    /// <summary>The line of the list it is part of; null only outside of a list.</summary>
    public WatchEntry? Entry { get; set; }

    public bool IsListener => End.Remote.Port == 0;

    public bool IsPresent => _view.IsPresent;

    /// <summary>What the last look showed; null before the first.</summary>
    public SocketView? View => _looked ? _view : null;

    /// <summary>How a listener is named: its address, and no peer.</summary>
    public static FourTuple ForListener(Endpoint listener)
    {
        ReadOnlySpan<byte> none = stackalloc byte[16];
        return new FourTuple(listener, Endpoint.FromBytes(listener.IsV6 ? none : none[..4], 0));
    }

    /// <summary>Takes a look and returns the sample to deliver, or null if it showed nothing new.</summary>
    /// <remarks>
    /// A first look that finds nobody is news for a listener ("nobody listens"). For a connection's end it is not: most
    /// often that end is on another host, of which this one's sockets prove nothing.
    /// </remarks>
    public SocketSample? Observe(in SocketLook look)
    {
        var isFirst = !_looked;
        var earlier = _view;
        var notBefore = isFirst ? look.Begin : _lastBegin;
        _looked = true;
        _view = look.View;
        _lastBegin = look.Begin;

        if (isFirst)
        {
            if (!look.View.IsPresent && !IsListener) return null;
        }
        else if (earlier.ShowsTheSameAs(look.View))
        {
            return null;
        }

        return new SocketSample
        {
            NotBefore = notBefore,
            NotAfter = look.End,
            Local = End.Local,
            Remote = End.Remote,
            Previous = isFirst ? null : earlier.State,
            State = look.View.State,
            Kind = look.View.Kind,
            Timer = look.View.Timer,
            TimerMilliseconds = look.View.Timer == SocketTimer.None ? null : look.View.TimerMilliseconds,
            Retransmits = look.View.Retransmits,
            ReceiveQueue = look.View.ReceiveQueue,
            SendQueue = look.View.SendQueue,
            Inode = look.View.Inode,
            Cookie = look.View.Cookie,
            UserId = look.View.UserId,
        };
    }
}
