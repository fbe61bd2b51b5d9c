using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>A reference to an event that has been written.</summary>
// Event: its number; 0 for none.
internal readonly record struct EventRef(long Event, Timestamp Time);

/// <summary>A segment that reached an end, with what the answer to it needs.</summary>
// Event: number of the event in which it was sent; 0 for none. After: the last event written before its arrival: its own, unless
// both hosts were observed. ReceiverState: the state shown for the receiver when it passed.
internal record struct ReceivedSegment(
    long Event, long After, Timestamp Time, TcpFlags Flags, uint Ack, uint NextSeq, int Length, TcpState? ReceiverState)
{
    /// <summary>True if the other segment has the same numbers, control bits and length.</summary>
    public readonly bool IsSameAs(in Segment other) =>
        Event != 0 && NextSeq == other.NextSeq && Ack == other.Ack && Length == other.Length && Flags == other.Flags;
}

/// <summary>A call that ends the sending of an end.</summary>
// Event: number of its event; 0 for none. Returned: when it returned; null if it had not when its row was written.
// WithLingerUnknown: true if SO_LINGER was set to an unknown value.
internal readonly record struct ClosingCall(
    long Event, string Name, Timestamp Time, Timestamp? Returned, bool WithLingerZero, bool WithLingerUnknown = false)
{
    /// <summary>True if the end of the process closed the socket.</summary>
    public bool IsProcessEnd => Name is "kill" or "exit";
}

/// <summary>The first call of a socket that failed for good.</summary>
/// <param name="Event">Number of its event; 0 for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Error">The errno's name.</param>
/// <param name="Time">When it returned.</param>
internal readonly record struct FailedCall(long Event, string Name, string Error, Timestamp Time);

/// <summary>The error that the kernel stored on a socket for its owner (<c>inet_sk_error_report</c>).</summary>
/// <param name="Time">When.</param>
/// <param name="Number">The errno; 0 for a soft error: an ICMP error came while a call of the owner was using the socket.</param>
internal readonly record struct KernelError(Timestamp Time, int Number);
