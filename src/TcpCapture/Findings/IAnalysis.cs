namespace TcpCapture.Findings;

/// <summary>An analysis: sees the timeline go by and has findings at its end.</summary>
internal interface IAnalysis : ITimelineSink
{
    /// <summary>The events it wants to see.</summary>
    AnalysisInterest Interest { get; }

    /// <summary>What it found, complete after <see cref="ITimelineSink.OnCompleted"/>.</summary>
    IEnumerable<Finding> Findings { get; }
}

/// <summary>Which events an analysis wants to see: what it does not, does not reach it.</summary>
[Flags]
internal enum AnalysisInterest
{
    /// <summary>None: the connections that have ended say all.</summary>
    None = 0,

    /// <summary>Segments that carry a SYN.</summary>
    Openings = 1,

    /// <summary>Every segment, and frames that are none.</summary>
    Segments = 1 << 1,

    /// <summary>State changes.</summary>
    States = 1 << 2,
}
