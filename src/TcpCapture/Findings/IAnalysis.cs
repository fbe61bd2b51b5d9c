namespace TcpCapture.Findings;

/// <summary>An analysis: sees the timeline go by and has findings at its end.</summary>
internal interface IAnalysis : ITimelineSink
{
    /// <summary>The events it wants to see.</summary>
    AnalysisInterest Interest { get; }

    /// <summary>What it found, complete after <see cref="ITimelineSink.OnCompleted"/>.</summary>
    IEnumerable<Finding> Findings { get; }
}
