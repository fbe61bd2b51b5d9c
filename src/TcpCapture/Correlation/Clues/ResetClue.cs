using TcpCapture.Model;

namespace TcpCapture.Correlation.Clues;

/// <summary>An RST, and what was known when it passed. Times are in nanoseconds.</summary>
internal sealed class ResetClue
{
    public required Side By { get; init; }
    public required long Frame { get; init; }
    public long Event { get; set; }
    public required long Time { get; init; }
    public required uint Seq { get; init; }
    public required uint Ack { get; init; }
    public required bool HasAck { get; init; }
    public required byte Ttl { get; init; }
    public required ushort Identification { get; init; }
    public required bool HasTimestamps { get; init; }

    /// <summary>Whether its numbers make the receiver accept it.</summary>
    public ResetFit Fit { get; set; }

    /// <summary>The kind of segment that it answers.</summary>
    public AnsweredKind Answers { get; set; }

    /// <summary>Frame, event and time of the segment that it answers; 0 for none.</summary>
    public long AnsweredFrame { get; set; }
    public long AnsweredEvent { get; set; }
    public long AnsweredTime { get; set; }

    /// <summary>True if the answered segment acknowledges the FIN of the RST's sender.</summary>
    public bool AnsweredKnewFin { get; set; }

    /// <summary>Payload bytes of the other end that the RST's sender had not acknowledged.</summary>
    public long LostBytes { get; set; }

    /// <summary>Payload bytes of the RST's sender that the other end had not acknowledged.</summary>
    public long UndeliveredBytes { get; set; }

    /// <summary>True if the sender had sent a FIN; when, and its frame.</summary>
    public bool AfterOwnFin { get; set; }
    public long FinTime { get; set; }

    /// <summary>True if the other end's FIN had passed, and if the RST's sender had acknowledged it.</summary>
    public bool AfterPeerFin { get; set; }
    public bool AckedPeerFin { get; set; }

    /// <summary>Time since the other end's latest segment, and since the sender's own; -1 if there was none.</summary>
    public long SinceHeard { get; set; } = -1;
    public long SinceSent { get; set; } = -1;

    /// <summary>The silence of both ends before the segment that it answers, or before the RST itself; 0 if under a second.</summary>
    public long Silence { get; set; }

    /// <summary>The longest silence that the connection had survived.</summary>
    public long SurvivedSilence { get; set; }

    /// <summary>TTL of the sender's first segment and of its latest one that is no RST; 0 if unknown.</summary>
    public byte FirstTtl { get; set; }
    public byte UsualTtl { get; set; }

    /// <summary>True if the sender's segments carry timestamps.</summary>
    public bool UsuallyHasTimestamps { get; set; }

    /// <summary>The shortest time in which the sender had answered anything, in microseconds; 0 if unknown.</summary>
    public uint FastestAnswer { get; set; }

    /// <summary>True if nothing of the sender but RSTs had been captured.</summary>
    public bool SenderIsUnheard { get; set; }

    /// <summary>Segments of the sender that came later and show that its socket lives on; the first.</summary>
    public int SenderWentOn { get; set; }
    public long SenderWentOnFrame { get; set; }

    /// <summary>Segments of the other end that came later and that are no RST; the first.</summary>
    public int PeerWentOn { get; set; }
    public long PeerWentOnFrame { get; set; }

    /// <summary>True if the sender later acknowledged something that the peer sent after the RST.</summary>
    public bool PeerWasAcknowledged { get; set; }

    /// <summary>True if the peer later acknowledged something that the sender sent after the RST.</summary>
    public bool SenderWasAcknowledged { get; set; }

    /// <summary>The states of sender and receiver before it.</summary>
    public TcpState StateBefore { get; set; }
    public TcpState PeerStateBefore { get; set; }

    /// <summary>The kernel's reason (<c>include/net/rstreason.h</c>); null if it was not traced.</summary>
    public string? Reason { get; set; }

    /// <summary>The reason of Multipath TCP; null for none.</summary>
    public byte? MptcpReason { get; set; }

    /// <summary>What calls and samples had shown of the sender; null if only segments are known.</summary>
    public ResetWitness? Witness { get; set; }

    /// <summary>True if it acknowledges all that the other end had sent.</summary>
    public bool AcksAll { get; set; }

    /// <summary>True if its TTL differs from all of its sender's, by more than one router.</summary>
    public bool HasOtherTtl => UsualTtl != 0 && Ttl != 0 && Math.Abs(Ttl - UsualTtl) > 1 && Math.Abs(Ttl - FirstTtl) > 1;

    /// <summary>True if it answers a segment; otherwise its sender aborted.</summary>
    public bool IsAnswer => Answers != AnsweredKind.Nothing;
}

/// <summary>Whether the numbers of an RST make its receiver accept it (RFC 9293 section 3.10.7, RFC 5961 section 3.2).</summary>
internal enum ResetFit : byte
{
    /// <summary>Too little is known.</summary>
    Unknown,

    /// <summary>Exactly the expected number.</summary>
    Exact,

    /// <summary>In the receive window: RFC 5961 answers with a challenge ACK, older stacks accept it.</summary>
    InWindow,

    /// <summary>Neither: it is ignored.</summary>
    Outside,
}

/// <summary>The kind of segment that an RST answers.</summary>
internal enum AnsweredKind : byte
{
    /// <summary>None.</summary>
    Nothing,

    /// <summary>A SYN.</summary>
    Syn,

    /// <summary>A SYN-ACK.</summary>
    SynAck,

    /// <summary>An ACK without data.</summary>
    Ack,

    /// <summary>A keep-alive or window probe.</summary>
    KeepAlive,

    /// <summary>Data that had not been acknowledged.</summary>
    Data,

    /// <summary>A FIN without data.</summary>
    Fin,

    /// <summary>A segment without SYN, ACK or RST, which no TCP sends.</summary>
    Odd,
}

/// <summary>What calls, samples and kernel events had shown of the end that sent an RST.</summary>
/// <param name="Closing">The call that had ended its sending; event 0 for none.</param>
/// <param name="Unread">Bytes received and not read.</param>
/// <param name="Listener">The state of the listener on its address; null if none is known.</param>
/// <param name="ListenerClosed">The call that had closed the listener; event 0 for none.</param>
/// <param name="QueueIsFull">True if a sample showed a full accept queue.</param>
/// <param name="IsAccepted">True if an accept call had returned the socket.</param>
/// <param name="IsTraced">True if the kernel reported its changes.</param>
/// <param name="LivesOn">True if the kernel reports its changes but not its end.</param>
internal sealed record ResetWitness(
    ClosingCall Closing, long Unread, TcpState? Listener, EventRef ListenerClosed, bool QueueIsFull, bool IsAccepted, bool IsTraced,
    bool LivesOn);
