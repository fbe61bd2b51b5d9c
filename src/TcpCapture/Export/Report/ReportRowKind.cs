namespace TcpCapture.Export.Report;

/// <summary>The first value of a row of the page's data. The first four are those of an event. data.js knows them by these numbers.</summary>
internal enum ReportRowKind
{
    /// <summary>A segment, or a frame that is none.</summary>
    Segment = 0,

    /// <summary>A socket changed its state.</summary>
    State = 1,

    /// <summary>A socket call.</summary>
    Call = 2,

    /// <summary>A conclusion.</summary>
    Finding = 3,

    /// <summary>A connection that has ended, or will be observed no longer.</summary>
    Connection = 4,

    /// <summary>A SYN and the schedule it follows.</summary>
    Syn = 5,

    /// <summary>What was recorded: the first row.</summary>
    Info = 6,

    /// <summary>How it ended: the last row.</summary>
    End = 7,
}
