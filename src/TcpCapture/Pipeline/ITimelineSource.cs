using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>What a timeline is made of: a recording, or captures made by others.</summary>
internal interface ITimelineSource
{
    /// <summary>What is true of the whole of it.</summary>
    RecordingInfo Info { get; }

    /// <summary>How it ended; null before it was fed, and if nothing says so.</summary>
    RecordingEnd? End { get; }

    /// <summary>Once fed: one line saying where and why it stops early; null if it is whole.</summary>
    string? CutOff { get; }

    /// <summary>Once fed: one line counting what was taken out of it; null if nothing was.</summary>
    string? Missing { get; }

    /// <summary>Once fed: how many observations of each kind were taken out of it; null for none.</summary>
    RecordingContents? Lost => null;

    /// <summary>Once fed: observations that came too late to be put in their place.</summary>
    long Late { get; }

    /// <summary>Once fed: what else weakens conclusions, a sentence each.</summary>
    IEnumerable<string> Remarks => [];

    /// <summary>Among how many tables its connections are shared out.</summary>
    int Tables => 1;

    /// <summary>On how many threads its connections may be followed, if nobody takes the timeline.</summary>
    int Workers => 1;

    /// <summary>Hands over everything, in the order of time.</summary>
    void Feed(TimelinePass pass);
}
