using System.Runtime.CompilerServices;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Segments;

/// <summary>
/// The short way for a segment that moves neither end's state, of a connection whose single segments nobody asked for: nearly all
/// of a large capture. It keeps what later segments are understood by and has no row; the long way does the same and more.
/// </summary>
internal static class QuietSegment
{
    /// <summary>True if the segment may go the short way.</summary>
    /// <param name="slot">What stands on the four-tuple.</param>
    /// <param name="sender">The end that sent it.</param>
    /// <param name="receiver">The other end.</param>
    /// <param name="segment">The segment.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOne(ConnectionTable.Slot slot, ConnectionEnd sender, ConnectionEnd receiver, in Segment segment) =>
        (segment.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) == 0
        && !slot.Current.IsTold
        && slot.Previous is null
        && sender is { IsKnown: true, FinAwaited: null, AckHeld: 0 }
        && receiver is { IsKnown: true, FinAwaited: null, AckHeld: 0 }
        && !SegmentRules.IsMovedByAck(receiver.State);

    /// <summary>Counts it on both ends.</summary>
    /// <param name="sender">The end that sent it.</param>
    /// <param name="receiver">The other end.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="number">The number its event would have.</param>
    /// <param name="isRetransmission">It was sent before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Process(ConnectionEnd sender, ConnectionEnd receiver, in Segment segment, long number, bool isRetransmission)
    {
        sender.NoteSent(segment, isRetransmission);
        if (segment.Has(TcpFlags.Ack)) sender.NoteAckSent(segment, receiver);
        receiver.NoteReceived(segment, number);
        receiver.Receive(segment);
    }
}
