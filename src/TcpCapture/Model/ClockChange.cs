namespace TcpCapture.Model;

/// <summary>One clock was set, or its rate was changed, against the other.</summary>
/// <param name="Time">When, on the first host's clock: the first segment that the relation before cannot explain.</param>
/// <param name="StepNanoseconds">By how much the second clock then was further ahead than expected, in nanoseconds.</param>
/// <param name="ErrorNanoseconds">How far the step may be wrong either way, in nanoseconds: more than the step for a change of rate.</param>
public sealed record ClockChange(Timestamp Time, long StepNanoseconds, long ErrorNanoseconds);
