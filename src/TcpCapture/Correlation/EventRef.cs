using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>A reference to an event that has been written.</summary>
/// <param name="Event">Its number; 0 for none.</param>
/// <param name="Time">Its time.</param>
internal readonly record struct EventRef(long Event, Timestamp Time);

/// <summary>A segment that reached an end, with what the answer to it needs.</summary>
/// <param name="Event">Number of the event in which it was sent; 0 for none.</param>
/// <param name="After">The last event written before its arrival: its own, unless both hosts were observed.</param>
/// <param name="Time">The time of its arrival.</param>
/// <param name="Flags">Its control bits.</param>
/// <param name="Ack">Its acknowledgement number.</param>
/// <param name="NextSeq">The sequence number after it.</param>
/// <param name="Length">Its payload in bytes.</param>
/// <param name="ReceiverState">The state shown for the receiver when it passed.</param>
internal record struct ReceivedSegment(
    long Event, long After, Timestamp Time, TcpFlags Flags, uint Ack, uint NextSeq, int Length, TcpState? ReceiverState);

/// <summary>A call that ends the sending of an end.</summary>
/// <param name="Event">Number of its event; 0 for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Time">When it began.</param>
/// <param name="Returned">When it returned; null if it had not when its row was written.</param>
/// <param name="WithLingerZero">True if SO_LINGER was on with 0 seconds.</param>
/// <param name="WithLingerUnknown">True if SO_LINGER was set to an unknown value.</param>
internal readonly record struct ClosingCall(
    long Event, string Name, Timestamp Time, Timestamp? Returned, bool WithLingerZero, bool WithLingerUnknown = false)
{
    /// <summary>True if the end of the process closed the socket.</summary>
    public bool IsProcessEnd => Name is "kill" or "exit";
}
