using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.PeerTools.Tcptrace;

/// <summary>tcptrace's state of an end: its last acknowledgement and window.</summary>
internal struct AnnouncedWindow
{
    private const byte NotOffered = byte.MaxValue;

    private uint _ack;
    private uint _window;
    private byte _offeredScale;
    private byte _scale;
    private bool _hasSent;
    private bool _isPastSyn;
    public byte Syns; // number of its SYNs, at most 2
    public uint SynSeq; // the sequence number of its last SYN

    public AnnouncedWindow() => _offeredScale = NotOffered;

    /// <summary>True if its window is 0, or only its RSTs were seen.</summary>
    public readonly bool IsClosed => _window == 0 && _hasSent;

    /// <summary>The number after its SYN if it sent exactly one.</summary>
    public readonly uint? AfterOnlySyn => Syns == 1 ? unchecked(SynSeq + 1) : null;

    /// <summary>True for a duplicate acknowledgement, once the peer has sent more than its SYN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsRepeatedBy(in Segment segment, uint window, in AnnouncedWindow peer) =>
        segment._ack == _ack && segment._length == 0 && window == _window && peer._isPastSyn;

    /// <summary>Notes its SYN. Windows are scaled if both SYNs offer it.</summary>
    public void NoteSyn(in Segment segment, ref AnnouncedWindow peer)
    {
        if (Syns < 2) Syns++;
        SynSeq = segment.Seq;
        _offeredScale = segment.Options.WindowScale is { } shift ? Math.Min(shift, (byte)14) : NotOffered;
        var isAgreed = _offeredScale != NotOffered && peer._offeredScale != NotOffered;
        (_scale, peer._scale) = isAgreed ? (_offeredScale, peer._offeredScale) : ((byte)0, (byte)0);
        peer._ack = segment.Seq;
    }

    /// <summary>Notes a segment's acknowledgement and window; an RST has neither.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(in Segment segment, uint window)
    {
        _hasSent = true;
        if ((segment._flags & TcpFlags.Rst) != 0) return;
        _window = window;
        if ((segment._flags & TcpFlags.Ack) != 0) _ack = segment._ack;
        if ((segment._flags & TcpFlags.Syn) == 0) _isPastSyn = true;
    }

    /// <summary>The window a segment of this end offers in bytes; never scaled in a SYN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Window(in Segment segment) =>
        (segment._flags & TcpFlags.Syn) != 0 ? segment._window : (uint)segment._window << _scale;
}
