using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>A reference to an event that has been written.</summary>
/// <param name="Event">Its number; 0 for none.</param>
/// <param name="Time">Its time.</param>
internal readonly record struct EventRef(long Event, Timestamp Time);

/// <summary>A segment that reached an end, as far as later segments may answer it.</summary>
/// <param name="Event">Number of its event, the sending; 0 for none.</param>
/// <param name="After">The last event written before it arrived: its own, unless both hosts were watched.</param>
/// <param name="Time">When it arrived.</param>
/// <param name="Flags">Its control bits.</param>
/// <param name="Ack">Its acknowledgement number.</param>
/// <param name="NextSeq">The sequence number after it.</param>
/// <param name="Length">Its payload in bytes.</param>
/// <param name="ReceiverState">The state shown for the receiver as it passed.</param>
internal record struct ReceivedSegment(
    long Event, long After, Timestamp Time, TcpFlags Flags, uint Ack, uint NextSeq, int Length, TcpState? ReceiverState);

/// <summary>A call that ends an end's sending.</summary>
/// <param name="Event">Number of its event; 0 for none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Time">When it began.</param>
/// <param name="Returned">When it returned; null if it had not when its row was due.</param>
/// <param name="WithLingerZero">SO_LINGER was on with 0 seconds.</param>
/// <param name="WithLingerUnknown">SO_LINGER had been set, to what is not known.</param>
internal readonly record struct ClosingCall(long Event, string Name, Timestamp Time, Timestamp? Returned, bool WithLingerZero, bool WithLingerUnknown = false)
{
    /// <summary>The process that held the socket ended, which closed it.</summary>
    public bool IsProcessEnd => Name is "kill" or "exit";
}
