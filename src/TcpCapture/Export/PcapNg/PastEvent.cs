using TcpCapture.Model;

namespace TcpCapture.Export.PcapNg;

/// <summary>What is remembered of an event, to name it as the cause of a later one.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Side">Whose.</param>
/// <param name="Flags">A segment's flags.</param>
/// <param name="Length">A segment's payload in bytes.</param>
/// <param name="Frame">A segment's frame number.</param>
/// <param name="Call">A call's name.</param>
internal readonly record struct PastEvent(
    long Number, EventKind Kind, Side? Side, TcpFlags Flags, int Length, long Frame, string? Call);
