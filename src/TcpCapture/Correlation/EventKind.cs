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
}

/// <summary>Converts event kinds to text.</summary>
public static class EventKindText
{
    /// <summary><c>segment</c>, <c>state</c>, <c>call</c> or <c>finding</c>.</summary>
    public static string ToText(this EventKind kind) => kind switch
    {
        EventKind.Segment => "segment",
        EventKind.State => "state",
        EventKind.Call => "call",
        _ => "finding",
    };
}
