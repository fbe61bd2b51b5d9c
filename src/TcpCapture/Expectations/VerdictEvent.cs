using TcpCapture.Model;

namespace TcpCapture.Expectations;

/// <summary>An event of the timeline that a verdict rests on.</summary>
/// <param name="Number">Its number in timeline.csv.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Elapsed">Nanoseconds since the recording's start.</param>
/// <param name="Text">What happened, in a few words.</param>
public readonly record struct VerdictEvent(long Number, Timestamp Time, long Elapsed, string Text);
