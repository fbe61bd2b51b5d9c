using System.Runtime.CompilerServices;
using TcpCapture.Correlation;
using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.Segments;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>One end of a connection: what is known of its socket, and what it has sent.</summary>
public sealed class ConnectionEnd
{
    private TouchedState _touched;
    private SequenceHoles? _holes;
    private ObservedSocket? _observed;
    private SequenceLedger? _sent;

    internal ConnectionEnd(Side side, Endpoint address)
    {
        Side = side;
        Address = address;
        State = TcpState.Closed;
    }

    /// <summary>Which end.</summary>
    public Side Side { get; }

    /// <summary>Its address and port; port 0 while a client's is not yet known.</summary>
    public Endpoint Address { get; internal set; }

    /// <summary>The state of its socket, as far as the timeline has come; CLOSED while it is unknown.</summary>
    internal TcpState State { get => _touched.State; set => _touched.State = value; }

    /// <summary>The last state of its socket that is known; null if none is.</summary>
    public TcpState? FinalState => IsKnown ? State : null;

    /// <summary>How <see cref="FinalState"/> is known.</summary>
    public Evidence Evidence { get; internal set; }

    /// <summary>When it entered <see cref="FinalState"/>, within the bounds given on that event; null if its state never changed.</summary>
    public Timestamp? StateSince { get; internal set; }

    /// <summary>Segments it sent.</summary>
    public long Segments { get => _touched.Segments; internal set => _touched.Segments = value; }

    /// <summary>Payload bytes it sent, without retransmissions.</summary>
    public long Bytes { get => _touched.Bytes; internal set => _touched.Bytes = value; }

    /// <summary>Segments with data, SYN or FIN that it retransmitted.</summary>
    public long Retransmissions { get => _touched.Retransmissions; internal set => _touched.Retransmissions = value; }

    /// <summary>SYNs without ACK that it retransmitted.</summary>
    public int SynRetransmissions { get; internal set; }

    /// <summary>SYNs, or SYN-ACKs, it sent.</summary>
    internal int Syns { get; set; }

    /// <summary>The process that holds its socket; null if unknown.</summary>
    public SocketOwner? Owner { get => _observed?.Owner; internal set => Observed.Owner = value; }

    /// <summary>The latest sample of its socket; null if there is none.</summary>
    internal SocketSample? LastSample { get => _observed?.LastSample; set => Observed.LastSample = value; }

    /// <summary>Number of the event of its first FIN, or 0.</summary>
    internal long FinEvent { get => _touched.FinEvent; set => _touched.FinEvent = value; }

    /// <summary>True once its state has been set by anything: before that <see cref="TcpState.Closed"/> only means "unknown".</summary>
    internal bool IsKnown { get => _touched.IsKnown; set => _touched.IsKnown = value; }

    internal bool HasSent { get => _touched.HasSent; private set => _touched.HasSent = value; }

    internal uint Iss { get; set; }

    internal bool IssKnown { get; set; }

    /// <summary>The sequence number after the highest it has sent.</summary>
    internal uint SndNxt { get => _touched.SndNxt; private set => _touched.SndNxt = value; }

    /// <summary>The sequence number after the last one the peer has sent without a gap, as seen here.</summary>
    internal uint RcvNxt { get => _touched.RcvNxt; set => _touched.RcvNxt = value; }

    internal bool RcvNxtKnown { get => _touched.RcvNxtKnown; set => _touched.RcvNxtKnown = value; }

    /// <summary>True if the kernel reports its changes: a change without a kernel event did not happen.</summary>
    internal bool IsTraced { get => _observed?.IsTraced ?? default; set => Observed.IsTraced = value; }

    /// <summary>The kernel's address of its socket, from its first kernel event; 0 if there was none.</summary>
    internal ulong SocketAddress { get => _observed?.SocketAddress ?? default; set => Observed.SocketAddress = value; }

    /// <summary>True if its FIN was sent before the peer's, already in flight, had arrived.</summary>
    internal bool FinCrossed { get; set; }

    /// <summary>The sequence number after its FIN.</summary>
    internal uint FinNext { get => _touched.FinNext; set => _touched.FinNext = value; }

    /// <summary>The sequence number after a FIN of the peer that passed here but had not arrived in order; null if none waits.</summary>
    internal uint? FinAwaited { get => _touched.FinAwaited; set => _touched.FinAwaited = value; }

    /// <summary>An ACK that passed here but has to wait for this end's own answer to what came before it; 0 if none does.</summary>
    internal long AckHeld { get => _touched.AckHeld; set => _touched.AckHeld = value; }

    internal bool SentSynAck { get; set; }

    /// <summary>The event of its latest segment, and what caused that; 0 before it has sent one.</summary>
    internal (long Event, long Cause) LastSent { get; set; }

    internal EventRef LastSyn { get; set; }

    /// <summary>Its first SYN without ACK; event 0 if it has sent none.</summary>
    internal EventRef FirstSyn { get; set; }

    /// <summary>Its first SYN-ACK; event 0 if it has sent none.</summary>
    internal EventRef FirstSynAck { get; set; }

    /// <summary>The connect call behind its SYN, or 0.</summary>
    internal long ConnectEvent { get => _observed?.ConnectEvent ?? default; set => Observed.ConnectEvent = value; }

    /// <summary>When that call began.</summary>
    internal Timestamp? ConnectTime { get => _observed?.ConnectTime; set => Observed.ConnectTime = value; }

    /// <summary>The last segment that reached it.</summary>
    internal ReceivedSegment LastReceived { get => _touched.LastReceived; set => _touched.LastReceived = value; }

    /// <summary>The last segment that reached it and that it has to acknowledge; event 0 if there is none.</summary>
    internal EventRef AckOwed { get; set; }

    internal uint LastAckSent { get => _touched.LastAckSent; set => _touched.LastAckSent = value; }

    internal ushort LastWindowSent { get => _touched.LastWindowSent; set => _touched.LastWindowSent = value; }

    /// <summary>The call that ended its sending: close, shutdown or kill; event 0 if none.</summary>
    internal ClosingCall Closing { get => _observed?.Closing ?? default; set => Observed.Closing = value; }

    /// <summary>True if the process that held its socket ended, or was killed.</summary>
    internal bool ClosedByKill => Closing.IsProcessEnd;

    /// <summary>The call that made its socket an end of this connection: connect or accept.</summary>
    internal SocketCall? Caller { get => _observed?.Caller; set => Observed.Caller = value; }

    /// <summary>The first call that wrote to it or read from it, perhaps of another process: one that was forked.</summary>
    internal SocketCall? User { get => _observed?.User; set => Observed.User = value; }

    internal SocketEntry? Socket { get => _observed?.Socket; set => Observed.Socket = value; }

    /// <summary>True if it is known by segments only: no call, no sample, no kernel event.</summary>
    internal bool IsKnownBySegmentsOnly =>
        Socket is null && Caller is null && User is null && Owner is null && LastSample is null && !IsTraced && Closing.Event == 0;

    internal uint WriteSeq { get; set; }

    /// <summary>A send that has not returned, so that how much it writes is not known; 0 if there is none.</summary>
    internal long SendInProgress { get => _observed?.SendInProgress ?? default; set => Observed.SendInProgress = value; }

    internal long BytesRead { get => _observed?.BytesRead ?? default; set => Observed.BytesRead = value; }

    /// <summary>Payload bytes that have reached it in order, as seen here.</summary>
    internal long BytesArrived { get => _touched.BytesArrived; set => _touched.BytesArrived = value; }

    /// <summary>
    /// Its connection has been reported: drops what only that needed.
    /// </summary>
    internal void Release()
    {
        _sent = null;
        _holes = null;
        if (_observed is null) return;
        Caller = null;
        User = null;
        Socket = null;
        _observed.Written.Clear();
    }

    /// <summary>A send put these bytes into the stream.</summary>
    internal void AddWritten(uint start, uint end, long eventNumber) => Observed.Written.Add(start, end, eventNumber);

    /// <summary>The event of the send that put this byte into the stream; 0 if none is known.</summary>
    internal long FindWritten(uint seq) => _observed?.Written.Find(seq) ?? 0;

    /// <summary>A segment carried these bytes first.</summary>
    internal void AddSent(uint start, uint end, long eventNumber) => (_sent ??= new SequenceLedger()).Add(start, end, eventNumber);

    /// <summary>The event of the segment that carried this byte first, until it is acknowledged; 0 if none is known.</summary>
    internal long FindSent(uint seq) => _sent?.Find(seq) ?? 0;

    /// <summary>What it wrote and sent before <paramref name="ack"/> has been acknowledged.</summary>
    internal void Settle(uint ack)
    {
        _sent?.Settle(ack);
        _observed?.Written.Settle(ack);
    }

    /// <summary>Learns the initial sequence number: what is written counts from the byte after it.</summary>
    internal void OpenStream(uint iss)
    {
        Iss = iss;
        IssKnown = true;
        WriteSeq = unchecked(iss + 1);
    }

    /// <summary>Its own ACK says what has reached it, also what came out of order and behind a gap that was filled later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void HasReceived(uint ack, ConnectionEnd peer)
    {
        if (!RcvNxtKnown || !SequenceNumber.After(ack, RcvNxt)) return;
        var withFin = peer.FinEvent != 0 && !SequenceNumber.Before(ack, peer.FinNext) && SequenceNumber.Before(RcvNxt, peer.FinNext);
        BytesArrived += SequenceNumber.Difference(ack, RcvNxt) - (withFin ? 1 : 0);
        RcvNxt = ack;
    }

    internal void Advance(uint next)
    {
        if (!HasSent || SequenceNumber.After(next, SndNxt)) SndNxt = next;
        HasSent = true;
    }

    /// <summary>Counts a segment it sends that is no RST.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteSent(in Segment segment, bool isRetransmission)
    {
        _touched.Segments++;
        if (isRetransmission) _touched.Retransmissions++;
        if (_touched.HasSent && segment._seq == _touched.SndNxt && (segment._flags & (TcpFlags.Syn | TcpFlags.Fin)) == 0)
        {
            // The next one, as nearly all are: nothing to ask.
            _touched.Bytes += segment._length;
            _touched.SndNxt = unchecked(segment._seq + (uint)segment._length);
            return;
        }

        NoteSentElsewhere(segment);
    }

    private void NoteSentElsewhere(in Segment segment)
    {
        if (segment.Length > 0) Bytes += NewBytes(segment);
        if (HasSent && SequenceNumber.After(segment.Seq, SndNxt)) (_holes ??= new SequenceHoles()).Add(SndNxt, segment.Seq);
        Advance(segment.NextSeq);
    }

    /// <summary>True if every byte of the segment, and its FIN, was seen before, or has to be taken for that.</summary>
    internal bool HasSentAllOf(in Segment segment) =>
        HasSent && !SequenceNumber.After(segment.NextSeq, SndNxt) && _holes?.Touches(segment.Seq, segment.NextSeq) != true;

    /// <summary>True if its latest ACK covers all before that number.</summary>
    internal bool HasAcknowledged(uint next) => LastAckSent != 0 && !SequenceNumber.After(next, LastAckSent);

    /// <summary>Keeps the acknowledgement and the window of an ACK that it sends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteAckSent(in Segment segment, ConnectionEnd peer)
    {
        HasReceived(segment.Ack, peer);
        LastAckSent = segment.Ack;
        LastWindowSent = segment.Window;
    }

    /// <summary>Keeps, as <see cref="LastReceived"/>, a segment that has reached it and has no row, and neither SYN nor FIN.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="number">The number its event would have.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteReceived(in Segment segment, long number)
    {
        // Field by field: made as a whole elsewhere and copied it costs three times as much.
        _touched.LastReceived.Event = number;
        _touched.LastReceived.After = number;
        _touched.LastReceived.Time = segment.Time;
        _touched.LastReceived.Flags = segment.Flags;
        _touched.LastReceived.Ack = segment.Ack;
        _touched.LastReceived.NextSeq = unchecked(segment._seq + (uint)segment._length);
        _touched.LastReceived.Length = segment.Length;
        _touched.LastReceived.ReceiverState = State;
    }

    /// <summary>Counts what has arrived in order. After a gap the next bytes do not count until it is filled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Receive(in Segment segment)
    {
        if (_touched.RcvNxtKnown && segment._seq == _touched.RcvNxt && (segment._flags & (TcpFlags.Syn | TcpFlags.Fin)) == 0)
        {
            // The next one, as nearly all are.
            _touched.BytesArrived += segment._length;
            _touched.RcvNxt = unchecked(segment._seq + (uint)segment._length);
            return;
        }

        ReceiveElsewhere(segment);
    }

    private void ReceiveElsewhere(in Segment segment)
    {
        var next = segment.NextSeq;
        if (!RcvNxtKnown || segment.Has(TcpFlags.Syn))
        {
            RcvNxt = next;
            RcvNxtKnown = true;
            BytesArrived += segment.Length;
            return;
        }

        if (SequenceNumber.After(segment.Seq, RcvNxt) || !SequenceNumber.After(next, RcvNxt)) return;
        BytesArrived += SequenceNumber.Difference(next, RcvNxt) - (segment.Has(TcpFlags.Fin) ? 1 : 0);
        RcvNxt = next;
    }

    /// <summary>Its address and port.</summary>
    public override string ToString() => Address.ToString();

    private ObservedSocket Observed => _observed ??= new ObservedSocket();

    /// <summary>The bytes beyond the highest sent, and those that fill a hole.</summary>
    private long NewBytes(in Segment segment)
    {
        if (!HasSent) return segment.Length;
        var beyond = Math.Max(0, SequenceNumber.Difference(segment.NextSeq, SndNxt) - (segment.Has(TcpFlags.Fin) ? 1 : 0));
        var late = _holes?.Fill(segment.Seq, unchecked(segment.Seq + (uint)segment.Length)) ?? 0;
        return Math.Min(segment.Length, beyond + late);
    }
}
