namespace TcpCapture.Model;

/// <summary>The kind of a row of the timeline.</summary>
public enum EventKind : byte
{
    /// <summary>A segment passed the capture point.</summary>
    Segment,

    /// <summary>A socket changed its state.</summary>
    State,

    /// <summary>A socket call.</summary>
    Call,

    /// <summary>A finding.</summary>
    Finding,

    /// <summary>An ICMP error that quotes a segment passed the capture point.</summary>
    Icmp,
}

/// <summary>Converts event kinds to text.</summary>
internal static class EventKindText
{
    private static readonly string[] Words = ["segment", "state", "call", "finding", "icmp"];

    /// <summary><c>segment</c>, <c>state</c>, <c>call</c>, <c>finding</c> or <c>icmp</c>.</summary>
    public static string ToText(this EventKind kind) => Words[(int)kind];
}
