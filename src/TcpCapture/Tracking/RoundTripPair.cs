using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>The round-trip times of both directions of a connection. For a SYN alone nothing is allocated.</summary>
internal struct RoundTripPair
{
    private RoundTrips? _client;
    private RoundTrips? _server;
    private RoundTrips? _spare;
    private RoundTrips? _otherSpare;
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
        if (side == Side.Client) Add(segment, ref _client, _server, ref _clientWindow, ref _serverWindow, mayBeHeld: _server is null);
        else Add(segment, ref _server, _client, ref _serverWindow, ref _clientWindow, mayBeHeld: false);
    }

    private void Add(in Segment segment, ref RoundTrips? own, RoundTrips? peer, ref AnnouncedWindow window, ref AnnouncedWindow peerWindow, bool mayBeHeld)
    {
        var flags = segment._flags;
        var isSyn = (flags & TcpFlags.Syn) != 0;
        if (isSyn) window.NoteSyn(segment, ref peerWindow);

        // Into a closed window an end sends nothing but probes: tcptrace does not take their time.
        var length = segment.SequenceLength;
        if (length != 0 && !peerWindow.IsClosed)
        {
            if (mayBeHeld && isSyn && length == 1 && own is null) Hold(segment);
            else (own ??= Take()).Send(segment._seq, length, segment._time.Nanoseconds);
        }

        var offered = window.Window(segment, peerWindow);
        if ((flags & TcpFlags.Ack) != 0 && peer is not null)
        {
            var isRepeat = window.IsRepeatedBy(segment, offered, peerWindow);
            if (isRepeat || !peer.IsSettled(segment._ack)) peer.Acknowledge(segment._ack, isRepeat, segment._time.Nanoseconds, peerWindow.AfterOnlySyn);
        }

        window.Note(segment, offered);
    }

    /// <summary>Forgets everything: another connection begins.</summary>
    public void Reset()
    {
        Spare(_client);
        Spare(_server);
        (_client, _server) = (null, null);
        (_clientWindow, _serverWindow) = (new AnnouncedWindow(), new AnnouncedWindow());
        _holdsSyn = false;
    }

    private void Spare(RoundTrips? used)
    {
        if (used is null) return;
        used.Reset();
        if (_spare is null) _spare = used;
        else _otherSpare = used;
    }

    private RoundTrips Take()
    {
        var spare = _spare ?? new RoundTrips();
        (_spare, _otherSpare) = (_otherSpare, null);
        return spare;
    }

    private void Hold(in Segment segment)
    {
        _synTime = segment.Time.Nanoseconds;
        _holdsSyn = true;
    }

    private void Release()
    {
        _holdsSyn = false;
        (_client = Take()).Send(_clientWindow.SynSeq, 1, _synTime);
    }
}
