using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>The round-trip times of both directions of a connection. For a SYN alone nothing is allocated.</summary>
internal struct RoundTripPair
{
    private RoundTrips? _client;
    private RoundTrips? _server;
    private AnnouncedWindow _clientWindow = new();
    private AnnouncedWindow _serverWindow = new();
    private long _synTime;
    private bool _holdsSyn;

    public RoundTripPair()
    {
    }

    /// <summary>What a side's segments took; null if it sent nothing that is acknowledged, or a SYN alone.</summary>
    public readonly RoundTrips? this[Side side] => side == Side.Client ? _client : _server;

    /// <summary>The next segment.</summary>
    public void Add(Side side, in Segment segment)
    {
        if (_holdsSyn) Release();
        ref var own = ref side == Side.Client ? ref _client : ref _server;
        ref var peer = ref side == Side.Client ? ref _server : ref _client;
        ref var window = ref side == Side.Client ? ref _clientWindow : ref _serverWindow;
        ref var peerWindow = ref side == Side.Client ? ref _serverWindow : ref _clientWindow;
        var isSyn = (segment.Flags & TcpFlags.Syn) != 0;
        if (isSyn) window.NoteSyn(segment, ref peerWindow);

        // Into a closed window an end sends nothing but probes: tcptrace does not take their time.
        var length = segment.SequenceLength;
        if (length != 0 && !peerWindow.IsClosed)
        {
            if (side == Side.Client && isSyn && length == 1 && own is null && peer is null) Hold(segment);
            else (own ??= new RoundTrips()).Send(segment.Seq, length, segment.Time.Nanoseconds);
        }

        var offered = window.Window(segment, peerWindow);
        if ((segment.Flags & TcpFlags.Ack) != 0 && peer is not null)
            peer.Acknowledge(segment.Ack, window.IsRepeatedBy(segment, offered, peerWindow), segment.Time.Nanoseconds, peerWindow.AfterOnlySyn);
        window.Note(segment, offered);
    }

    private void Hold(in Segment segment)
    {
        _synTime = segment.Time.Nanoseconds;
        _holdsSyn = true;
    }

    private void Release()
    {
        _holdsSyn = false;
        (_client = new RoundTrips()).Send(_clientWindow.SynSeq, 1, _synTime);
    }
}
