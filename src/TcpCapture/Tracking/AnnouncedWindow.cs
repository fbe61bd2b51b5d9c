using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>What an end last acknowledged and how large a window it offered with it, as tcptrace remembers it.</summary>
internal struct AnnouncedWindow
{
    private const byte NotOffered = byte.MaxValue;

    private uint _ack;
    private uint _window;
    private byte _scale;
    private bool _hasSent;
    private bool _isPastSyn;

    /// <summary>Its SYNs seen, 2 for more than one.</summary>
    public byte Syns;

    /// <summary>The sequence number of its last SYN.</summary>
    public uint SynSeq;

    public AnnouncedWindow() => _scale = NotOffered;

    /// <summary>It has closed its window; so it counts, too, for an end of which only RSTs were seen.</summary>
    public readonly bool IsClosed => _hasSent && _window == 0;

    /// <summary>The number after its SYN, if it sent one SYN.</summary>
    public readonly uint? AfterOnlySyn => Syns == 1 ? unchecked(SynSeq + 1) : null;

    /// <summary>True if the segment says nothing that the one before did not; until the peer has sent more than its SYN, none counts.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="window">The window it offers.</param>
    /// <param name="peer">The other end.</param>
    public readonly bool IsRepeatedBy(in Segment segment, uint window, in AnnouncedWindow peer) =>
        segment.Length == 0 && segment.Ack == _ack && window == _window && peer._isPastSyn;

    /// <summary>It sends a SYN: what the peer has acknowledged begins there.</summary>
    public void NoteSyn(in Segment segment, ref AnnouncedWindow peer)
    {
        if (Syns < 2) Syns++;
        SynSeq = segment.Seq;
        _scale = segment.Options.WindowScale is { } shift ? Math.Min(shift, (byte)14) : NotOffered;
        peer._ack = segment.Seq;
    }

    /// <summary>It has sent a segment; an RST announces nothing.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="window">The window it offers.</param>
    public void Note(in Segment segment, uint window)
    {
        _hasSent = true;
        if ((segment.Flags & TcpFlags.Rst) != 0) return;
        _window = window;
        if ((segment.Flags & TcpFlags.Ack) != 0) _ack = segment.Ack;
        if ((segment.Flags & TcpFlags.Syn) == 0) _isPastSyn = true;
    }

    /// <summary>The window a segment of this end offers, in bytes.</summary>
    public readonly uint Window(in Segment segment, in AnnouncedWindow peer) =>
        (segment.Flags & TcpFlags.Syn) != 0 || _scale == NotOffered || peer._scale == NotOffered ? segment.Window : (uint)segment.Window << _scale;
}
