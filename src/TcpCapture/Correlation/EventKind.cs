namespace TcpCapture.Model;

/// <summary>What kind of row of the timeline an event is.</summary>
public enum EventKind : byte
{
    /// <summary>A segment passed the capture point.</summary>
    Segment,

    /// <summary>A socket changed its state.</summary>
    State,

    /// <summary>A socket call.</summary>
    Call,

    /// <summary>A conclusion.</summary>
    Finding,
}

/// <summary>How kinds are written.</summary>
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
