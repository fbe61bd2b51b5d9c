namespace TcpCapture.Findings;

/// <summary>Receives the timeline and has findings at its end.</summary>
internal interface IAnalysis : ITimelineSink
{
    /// <summary>The events it receives.</summary>
    AnalysisInterest Interest { get; }

    /// <summary>The rank of its findings.</summary>
    FindingRank Rank => FindingRank.Unusual;

    /// <summary>The findings, complete after <see cref="ITimelineSink.OnCompleted"/>.</summary>
    IEnumerable<Finding> Findings { get; }
}

/// <summary>The events that an analysis receives.</summary>
[Flags]
internal enum AnalysisInterest
{
    /// <summary>None: it uses only the ended connections.</summary>
    None = 0,

    /// <summary>Segments that carry a SYN.</summary>
    Openings = 1,

    /// <summary>Every segment, and every frame that could not be decoded.</summary>
    Segments = 1 << 1,

    /// <summary>State changes.</summary>
    States = 1 << 2,

    /// <summary>Socket calls.</summary>
    Calls = 1 << 3,
}
