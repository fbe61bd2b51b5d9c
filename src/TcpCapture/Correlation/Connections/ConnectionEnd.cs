using System.Runtime.CompilerServices;
using TcpCapture.Correlation;
using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.Segments;
using TcpCapture.Model;

namespace TcpCapture;

/// <summary>One end of a connection: the state of its socket and what it sent.</summary>
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

    /// <summary>Client or server.</summary>
    public Side Side { get; }

    /// <summary>Its address and port; port 0 while the port of a client is unknown.</summary>
    public Endpoint Address { get; internal set; }

    /// <summary>The current state of its socket; CLOSED while it is unknown.</summary>
    internal TcpState State { get => _touched.State; set => _touched.State = value; }

    /// <summary>The last known state of its socket; null if none is known.</summary>
    public TcpState? FinalState => IsKnown ? State : null;

    /// <summary>How <see cref="FinalState"/> is known.</summary>
    public Evidence Evidence { get; internal set; }

    /// <summary>When it entered <see cref="FinalState"/>, within that event's bounds; null if it never changed.</summary>
    public Timestamp? StateSince { get; internal set; }

    /// <summary>Segments it sent.</summary>
    public long Segments { get => _touched.Segments; internal set => _touched.Segments = value; }

    /// <summary>Payload bytes it sent, without retransmissions.</summary>
    public long Bytes { get => _touched.Bytes; internal set => _touched.Bytes = value; }

    /// <summary>Segments with data, SYN or FIN that it retransmitted.</summary>
    public long Retransmissions { get => _touched.Retransmissions; internal set => _touched.Retransmissions = value; }

    /// <summary>SYNs without ACK that it retransmitted.</summary>
    public int SynRetransmissions { get; internal set; }

    /// <summary>SYNs and SYN-ACKs it sent.</summary>
    internal int Syns { get; set; }

    /// <summary>The process that holds its socket; null if unknown.</summary>
    public int? ProcessId => Owner?.ProcessId;

    /// <summary>The name of that process, up to 15 bytes of untrusted text; null if unknown.</summary>
    public string? ProcessName => Owner?.ProcessName;

    /// <summary>The process that holds its socket; null if unknown.</summary>
    internal SocketOwner? Owner { get => _observed?.Owner; set => Observed.Owner = value; }

    internal SocketSample? LastSample { get => _observed?.LastSample; set => Observed.LastSample = value; }

    /// <summary>Number of the event of its first FIN, or 0.</summary>
    internal long FinEvent { get => _touched.FinEvent; set => _touched.FinEvent = value; }

    /// <summary>True once its state was set; before that <see cref="TcpState.Closed"/> means unknown.</summary>
    internal bool IsKnown { get => _touched.IsKnown; set => _touched.IsKnown = value; }

    internal bool HasSent { get => _touched.HasSent; private set => _touched.HasSent = value; }

    internal uint Iss { get; set; }

    internal bool IssKnown { get; set; }

    /// <summary>The sequence number after the highest byte it sent.</summary>
    internal uint SndNxt { get => _touched.SndNxt; private set => _touched.SndNxt = value; }

    /// <summary>The sequence number after the last byte it received in order.</summary>
    internal uint RcvNxt { get => _touched.RcvNxt; set => _touched.RcvNxt = value; }

    internal bool RcvNxtKnown { get => _touched.RcvNxtKnown; set => _touched.RcvNxtKnown = value; }

    /// <summary>True if the kernel reports its changes, so a change without a kernel event did not happen.</summary>
    internal bool IsTraced { get => _observed?.IsTraced ?? default; set => Observed.IsTraced = value; }

    /// <summary>The kernel address of its socket; 0 before its first kernel event.</summary>
    internal ulong SocketAddress { get => _observed?.SocketAddress ?? default; set => Observed.SocketAddress = value; }

    /// <summary>True if it sent its FIN before the peer's, already in flight, arrived.</summary>
    internal bool FinCrossed { get; set; }

    internal uint FinNext { get => _touched.FinNext; set => _touched.FinNext = value; }

    /// <summary>The sequence number after a FIN of the peer that passed but has not arrived in order; null for none.</summary>
    internal uint? FinAwaited { get => _touched.FinAwaited; set => _touched.FinAwaited = value; }

    /// <summary>Event of an ACK held until this end's answer to an earlier segment has passed; 0 for none.</summary>
    internal long AckHeld { get => _touched.AckHeld; set => _touched.AckHeld = value; }

    internal bool SentSynAck { get; set; }

    /// <summary>Event and cause of its latest segment; 0 before it has sent one.</summary>
    internal (long Event, long Cause) LastSent { get; set; }

    internal EventRef LastSyn { get; set; }

    internal EventRef FirstSyn { get; set; } // event 0 for none
    internal EventRef FirstSynAck { get; set; } // event 0 for none

    /// <summary>Event of the connect call that sent its SYN, or 0.</summary>
    internal long ConnectEvent { get => _observed?.ConnectEvent ?? default; set => Observed.ConnectEvent = value; }

    internal bool HasConnected { get => _observed?.HasConnected ?? default; set => Observed.HasConnected = value; } // connect succeeded
    internal Timestamp? ConnectTime { get => _observed?.ConnectTime; set => Observed.ConnectTime = value; }

    internal ReceivedSegment LastReceived { get => _touched.LastReceived; set => _touched.LastReceived = value; }

    /// <summary>The last received segment that it has not acknowledged; event 0 for none.</summary>
    internal EventRef AckOwed { get; set; }

    internal uint LastAckSent { get => _touched.LastAckSent; set => _touched.LastAckSent = value; }

    internal ushort LastWindowSent { get => _touched.LastWindowSent; set => _touched.LastWindowSent = value; }

    /// <summary>The call that ended its sending: close, shutdown, kill or exit; event 0 for none.</summary>
    internal ClosingCall Closing { get => _observed?.Closing ?? default; set => Observed.Closing = value; }

    internal bool ClosedByKill => Closing.IsProcessEnd; // the end of its process closed the socket

    /// <summary>The connect or accept call of its socket.</summary>
    internal SocketCall? Caller { get => _observed?.Caller; set => Observed.Caller = value; }

    /// <summary>The first send or recv call, perhaps of a forked process.</summary>
    internal SocketCall? User { get => _observed?.User; set => Observed.User = value; }

    internal SocketEntry? Socket { get => _observed?.Socket; set => Observed.Socket = value; }

    /// <summary>True if no call, sample or kernel event is known.</summary>
    internal bool IsKnownBySegmentsOnly =>
        Socket is null && Caller is null && User is null && Owner is null && LastSample is null && !IsTraced && Closing.Event == 0;

    internal uint WriteSeq { get; set; }

    /// <summary>Event of a send that has not returned, so its length is unknown; 0 for none.</summary>
    internal long SendInProgress { get => _observed?.SendInProgress ?? default; set => Observed.SendInProgress = value; }

    /// <summary>Its first call that failed for good; event 0 for none.</summary>
    internal FailedCall Failed { get => _observed?.Failed ?? default; set => Observed.Failed = value; }

    /// <summary>The error that the kernel stored on its socket; null if none was traced.</summary>
    internal KernelError? KernelError { get => _observed?.KernelError; set => Observed.KernelError = value; }

    /// <summary>The call that failed with ETIMEDOUT; event 0 for none.</summary>
    internal FailedCall TimedOut => Failed.Error == "ETIMEDOUT" ? Failed : default;

    internal long BytesRead { get => _observed?.BytesRead ?? default; set => Observed.BytesRead = value; }

    internal long BytesArrived { get => _touched.BytesArrived; set => _touched.BytesArrived = value; } // payload, in order

    /// <summary>Drops what only the report of its connection needed.</summary>
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

    /// <summary>Records the send that wrote these bytes.</summary>
    internal void AddWritten(uint start, uint end, long eventNumber) => Observed.Written.Add(start, end, eventNumber);

    /// <summary>Event of the send that wrote this byte; 0 if unknown.</summary>
    internal long FindWritten(uint seq) => _observed?.Written.Find(seq) ?? 0;

    /// <summary>Records the segment that first carried these bytes.</summary>
    internal void AddSent(uint start, uint end, long eventNumber) => (_sent ??= new SequenceLedger()).Add(start, end, eventNumber);

    /// <summary>Event of the segment that first carried this byte, until it is acknowledged; 0 if unknown.</summary>
    internal long FindSent(uint seq) => _sent?.Find(seq) ?? 0;

    /// <summary>Forgets the sends and segments before <paramref name="ack"/>.</summary>
    internal void Settle(uint ack)
    {
        _sent?.Settle(ack);
        _observed?.Written.Settle(ack);
    }

    /// <summary>Sets the ISN: written bytes count from the byte after it.</summary>
    internal void OpenStream(uint iss)
    {
        Iss = iss;
        IssKnown = true;
        HasSent = false;
        WriteSeq = unchecked(iss + 1);
    }

    /// <summary>Counts what its own ACK proves to have arrived, also out of order.</summary>
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteSent(in Segment segment, bool isRetransmission)
    {
        _touched.Segments++;
        if (isRetransmission) _touched.Retransmissions++;
        if (_touched.HasSent && segment._seq == _touched.SndNxt && (segment._flags & (TcpFlags.Syn | TcpFlags.Fin)) == 0)
        {
            // In order, as nearly all are.
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

    /// <summary>True if every byte of the segment, and its FIN, was sent before, as far as is known.</summary>
    internal bool HasSentAllOf(in Segment segment) =>
        HasSent && !SequenceNumber.After(segment.NextSeq, SndNxt) && _holes?.Touches(segment.Seq, segment.NextSeq) != true;

    /// <summary>True if its latest ACK covers everything before <paramref name="next"/>.</summary>
    internal bool HasAcknowledged(uint next) => LastAckSent != 0 && !SequenceNumber.After(next, LastAckSent);

    /// <summary>Keeps the acknowledgement number and window of an ACK it sends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteAckSent(in Segment segment, ConnectionEnd peer)
    {
        HasReceived(segment.Ack, peer);
        LastAckSent = segment.Ack;
        LastWindowSent = segment.Window;
    }

    /// <summary>Sets <see cref="LastReceived"/> to a segment without a row; <paramref name="number"/> stays unused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void NoteReceived(in Segment segment, long number)
    {
        // Set field by field: building and copying the whole struct takes three times as long.
        _touched.LastReceived.Event = number;
        _touched.LastReceived.After = number;
        _touched.LastReceived.Time = segment.Time;
        _touched.LastReceived.Flags = segment.Flags;
        _touched.LastReceived.Ack = segment.Ack;
        _touched.LastReceived.NextSeq = unchecked(segment._seq + (uint)segment._length);
        _touched.LastReceived.Length = segment.Length;
        _touched.LastReceived.ReceiverState = State;
    }

    /// <summary>Counts the bytes received in order. Bytes after a gap count when it is filled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Receive(in Segment segment)
    {
        if (_touched.RcvNxtKnown && segment._seq == _touched.RcvNxt && (segment._flags & (TcpFlags.Syn | TcpFlags.Fin)) == 0)
        {
            // In order, as nearly all are.
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

    /// <summary>The new bytes of a segment: those beyond the highest sent, and those that fill a hole.</summary>
    private long NewBytes(in Segment segment)
    {
        if (!HasSent) return segment.Length;
        var beyond = Math.Max(0, SequenceNumber.Difference(segment.NextSeq, SndNxt) - (segment.Has(TcpFlags.Fin) ? 1 : 0));
        var late = _holes?.Fill(segment.Seq, unchecked(segment.Seq + (uint)segment.Length)) ?? 0;
        return Math.Min(segment.Length, beyond + late);
    }
}
